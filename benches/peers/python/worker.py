"""scikit-learn, LIBLINEAR, PyTorch and celer as contenders: JSON lines over standard input and output.

    python worker.py scikit-learn|liblinear|torch|celer
"""

import json
import os
import statistics
import sys
import time
import warnings
from importlib import metadata
from pathlib import Path

import numpy as np
from scipy import sparse

from memory import reset_peak, resident

NO_LIMIT = 2_000_000_000
FLOATS = {"f32": "<f4", "f64": "<f8"}


class SklearnContender:
    """LinearSVC, SVC, LogisticRegression for the log loss, Lasso for squared errors, SGDClassifier where its epochs are
    counted; GridSearchCV of scaler and model; transformers."""

    library, package = "scikit-learn", "scikit-learn"

    def __init__(self, x, y):
        # Importing is part of loading, so that its memory is no fit's.
        from sklearn import linear_model, svm

        self.linear_model, self.svm, self.x, self.y = linear_model, svm, x, y
        self.model = None

    def fit(self, fit):
        estimator = self.estimator(fit)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            start = time.perf_counter()
            self.model = estimator.fit(self.x, self.y)
            seconds = time.perf_counter() - start
        return {
            "seconds": seconds,
            "coef": np.atleast_2d(np.asarray(self.model.coef_, dtype=float)).tolist(),
            "intercept": np.atleast_1d(np.asarray(self.model.intercept_, dtype=float)).tolist(),
            "iterations": int(np.max(self.model.n_iter_)),
            "warning": "; ".join(sorted({str(w.message).splitlines()[0] for w in caught})) or None,
        }

    def estimator(self, fit):
        if fit["solver"] == "sgd":
            return self.sgd_classifier(fit)
        if fit["loss"] == "squared_error":
            return self.lasso(fit)
        options = {"C": fit["c"]}
        if fit["tol"] is not None:
            options["tol"] = fit["tol"]
        if fit["solver"] == "svc":
            if (fit["loss"], fit["penalty"], fit["intercept"]) != ("hinge", "l2", "free"):
                raise ValueError("SVC has the hinge with L2 and a free intercept only")
            if sparse.issparse(self.x):
                raise ValueError("SVC is not compared on sparse features")
            return self.svm.SVC(kernel="linear", **options)
        if not fit["default_cap"]:
            options["max_iter"] = NO_LIMIT
        options["random_state"] = 0
        if fit["loss"] == "log":
            if fit["penalty"] != "l2":
                raise ValueError("LogisticRegression is compared with L2 only")
            if (fit["intercept"] == "penalized") != (fit["solver"] == "liblinear"):
                raise ValueError("LogisticRegression penalises its intercept with the solver liblinear, and there only")
            return self.linear_model.LogisticRegression(solver=fit["solver"], **options)
        if fit["intercept"] != "penalized":
            raise ValueError("LinearSVC penalises its intercept")
        dual = {"dual": True, "primal": False}[fit["solver"]]
        return self.svm.LinearSVC(loss=fit["loss"], penalty=fit["penalty"], dual=dual, **options)

    def alpha(self, fit):
        """Where losses are averaged, the weight of the penalty."""
        return 1 / (fit["c"] * len(self.y))

    def sgd_classifier(self, fit):
        loss = {"hinge": "hinge", "log": "log_loss"}[fit["loss"]]
        if (fit["penalty"], fit["intercept"]) != ("l2", "free"):
            raise ValueError("SGDClassifier is compared with L2 and a free intercept only")
        epochs = {"max_iter": fit["passes"], "tol": None, "random_state": fit["seed"]}
        return self.linear_model.SGDClassifier(loss=loss, alpha=self.alpha(fit), **epochs)

    def lasso(self, fit, kind=None, no_limit=NO_LIMIT):
        if (fit["penalty"], fit["intercept"]) != ("l1", "free"):
            raise ValueError("Lasso has L1 and a free intercept only")
        options = {} if fit["tol"] is None else {"tol": fit["tol"]}
        if not fit["default_cap"]:
            options["max_iter"] = no_limit
        return (kind or self.linear_model.Lasso)(alpha=self.alpha(fit), **options)

    def train(self, train):
        from sklearn.neural_network import MLPClassifier

        mlp = MLPClassifier(
            train["hidden"],
            batch_size=train["batch_size"],
            max_iter=train["epochs"],
            learning_rate_init=train["rate"],
            tol=0,
            n_iter_no_change=NO_LIMIT,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it did not converge
            start = time.perf_counter()
            mlp.fit(self.x, self.y)
            seconds = time.perf_counter() - start
        return {"seconds": seconds, "loss": mlp.loss_}

    def predict(self):
        start = time.perf_counter()
        self.model.predict(self.x)
        return time.perf_counter() - start

    def decide_rows(self, calls):
        rows = [self.x[i % len(self.x)][None, :] for i in range(calls)]
        decide = self.model.decision_function
        start = time.perf_counter()
        for row in rows:
            decide(row)
        return time.perf_counter() - start

    def transform(self, transform):
        import scikit_transformers

        return scikit_transformers.transform(self.x, transform)

    def search(self, search):
        from joblib import Parallel, delayed
        from sklearn.model_selection import GridSearchCV, StratifiedKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        estimator = self.estimator(search["fit"])
        pipeline = make_pipeline(StandardScaler(), estimator)
        name = f"{type(estimator).__name__.lower()}__C"
        folds = StratifiedKFold(search["folds"])
        grid = GridSearchCV(pipeline, {name: search["cs"]}, cv=folds, scoring="accuracy", n_jobs=search["jobs"])
        # Its processes start once, and that is not timed.
        Parallel(n_jobs=search["jobs"])(delayed(abs)(0) for _ in range(search["jobs"]))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            start = time.perf_counter()
            grid.fit(self.x, self.y)
            seconds = time.perf_counter() - start
        return {
            "seconds": seconds,
            "best": grid.best_params_[name],
            "scores": grid.cv_results_["mean_test_score"].tolist(),
            "warning": "; ".join(sorted({str(w.message).splitlines()[0] for w in caught})) or None,
        }


class CelerContender(SklearnContender):
    """celer's Lasso, which is scikit-learn's with another solver."""

    library, package = "celer", "celer"

    def __init__(self, x, y):
        import celer

        super().__init__(x, y)
        self.celer = celer

    def estimator(self, fit):
        # It allocates a number for each iteration that it may do; each is a whole subproblem.
        return self.lasso(fit, self.celer.Lasso, no_limit=10_000)


class LiblinearContender:
    """LIBLINEAR's own Python interface; the solver is the number of its option -s."""

    library, package = "LIBLINEAR", "liblinear-official"

    def __init__(self, x, y):
        from liblinear import liblinear, liblinearutil

        self.liblinear, self.liblinearutil = liblinear, liblinearutil
        self.n_features = x.shape[1]
        # Its own array of nodes, the intercept's column included: conversion is not timed.
        self.problem = liblinear.problem(y.astype(float), sparse.csr_matrix(x, dtype=float), bias=1)

    def fit(self, fit):
        if fit["intercept"] != "penalized":
            raise ValueError("LIBLINEAR penalises its intercept")
        options = f"-s {fit['solver']} -c {fit['c']!r} -B 1"
        if fit["tol"] is not None:
            options += f" -e {fit['tol']!r}"
        parameter = self.liblinear.parameter(options)
        printed = []
        parameter.print_func = self.liblinear.PRINT_STRING_FUN(printed.append)
        start = time.perf_counter()
        model = self.liblinearutil.train(self.problem, parameter)
        seconds = time.perf_counter() - start
        # It must not keep a pointer to a function that Python is about to free.
        self.liblinear.liblinear.set_print_string_function(self.liblinear.ctypes_print_null)
        text = b"".join(printed).decode(errors="replace")
        warning = [line.strip() for line in text.splitlines() if "WARNING" in line or "Switching" in line]
        switched = "Switching" in text
        return {
            "seconds": seconds,
            **self.coefficients(model),
            "warning": "; ".join(dict.fromkeys(warning)) or None,
            "capped": "WARNING: reaching max number" in text and not switched,
        }

    def coefficients(self, model):
        labels = model.get_labels()
        if len(labels) > 2:
            rows = [model.get_decfun(labels.index(label)) for label in sorted(labels)]
        else:
            # The positive side of its only row is the label that it saw first.
            w, b = model.get_decfun()
            sign = 1.0 if labels[0] == max(labels) else -1.0
            rows = [([sign * value for value in w], sign * b)]
        width = self.n_features
        pad = lambda w: [*w[:width], *[0.0] * (width - len(w))]
        return {"coef": [pad(list(w)) for w, _ in rows], "intercept": [float(b) for _, b in rows]}


class TorchContender:
    """Networks of PyTorch on the processor, written as its tutorials write them."""

    library, package = "PyTorch", "torch"

    def __init__(self, x, y):
        import torch

        self.torch = torch
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        torch.manual_seed(0)
        self.x, self.y = torch.from_numpy(np.ascontiguousarray(x)), torch.from_numpy(y.astype(np.int64))

    def train(self, train):
        torch, n = self.torch, len(self.x)
        widths = [self.x.shape[1], *train["hidden"], int(self.y.max()) + 1]
        layers = []
        for before, after in zip(widths, widths[1:]):
            layers += [torch.nn.Linear(before, after, dtype=self.x.dtype), torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        # The penalty of scikit-learn is divided by the rows of a batch.
        decay = 1e-4 / train["batch_size"]
        optimizer = torch.optim.Adam(model.parameters(), lr=train["rate"], weight_decay=decay)
        loss_of = torch.nn.CrossEntropyLoss()
        start = time.perf_counter()
        for _ in range(train["epochs"]):
            total = 0.0
            for batch in torch.randperm(n).split(train["batch_size"]):
                optimizer.zero_grad()
                loss = loss_of(model(self.x[batch]), self.y[batch])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(batch)
        return {"seconds": time.perf_counter() - start, "loss": total / n}


def read(header_path, float_name, by_columns):
    header = json.loads(Path(header_path).read_text())
    numbers = lambda field, dtype: np.fromfile(Path(header_path).parent / header[field], dtype=dtype)
    shape = header["n_rows"], header["n_features"]
    if header["layout"] == "categories":
        return numbers("features", "<i4").astype(np.int64).reshape(shape), numbers("labels", "<i4")
    if header["layout"] == "documents":
        text = (Path(header_path).parent / header["features"]).read_text(encoding="utf-8")
        return text.removesuffix("\n").split("\n"), numbers("labels", "<i4")
    values = numbers("features", FLOATS[header["float"]]).astype(FLOATS[float_name], copy=False)
    if header["layout"] == "dense":
        x = np.asarray(values.reshape(shape), order="F" if by_columns else "C")
    elif header["layout"] == "csr":
        x = sparse.csr_matrix((values, numbers("indices", "<i4"), numbers("indptr", "<i8")), shape=shape)
    else:
        raise ValueError(f"layout {header['layout']} is not supported")
    return x, numbers("labels", "<i4")


def repeated(at_least, call):
    call()
    start, seconds = time.perf_counter(), []
    while len(seconds) < 3 or time.perf_counter() - start < at_least:
        seconds.append(call())
    return statistics.median(seconds), min(seconds), max(seconds)


class Session:
    def __init__(self, kind):
        self.kind, self.contender, self.resident = kind, None, None

    def answer(self, request):
        return getattr(self, request["request"])(request)

    def load(self, request):
        self.contender = None
        self.contender = self.kind(*read(request["header"], request["float"], request["by_columns"]))
        reset_peak()
        self.resident = resident()
        return {"reply": "loaded"}

    def fit(self, request):
        reset_peak()
        fitted = self.contender.fit(request)
        peak = resident("VmHWM:")
        seconds = [fitted["seconds"]]
        while sum(seconds) < request["at_least"]:
            seconds.append(self.contender.fit(request)["seconds"])
        fitted["seconds"] = statistics.median(seconds)
        fitted["peak_memory_bytes"] = max(0, peak - self.resident) if peak and self.resident else None
        return {"reply": "fitted", **fitted}

    def search(self, request):
        return {"reply": "searched", **self.contender.search(request)}

    def transform(self, request):
        return {"reply": "transformed", **self.contender.transform(request)}

    def train(self, request):
        return {"reply": "trained", **self.contender.train(request)}

    def predict(self, request):
        median, fastest, slowest = repeated(request["at_least"], self.contender.predict)
        return {"reply": "timed", "seconds_per_call": median, "fastest": fastest, "slowest": slowest}

    def decide_rows(self, request):
        calls = 100
        seconds = repeated(request["at_least"], lambda: self.contender.decide_rows(calls))
        median, fastest, slowest = (value / calls for value in seconds)
        return {"reply": "timed", "seconds_per_call": median, "fastest": fastest, "slowest": slowest}


def main(name):
    # C code prints too: only replies may go to what was standard output.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(reply):
        print(json.dumps(reply), file=replies, flush=True)

    kinds = {
        "scikit-learn": SklearnContender,
        "liblinear": LiblinearContender,
        "torch": TorchContender,
        "celer": CelerContender,
    }
    kind = kinds[name]
    session = Session(kind)
    say({"reply": "hello", "library": kind.library, "version": metadata.version(kind.package)})
    for line in sys.stdin:
        try:
            reply = session.answer(json.loads(line))
        except Exception as error:  # Whatever it is, the harness shows it.
            reply = {"reply": "failed", "message": f"{type(error).__name__}: {error}"}
        say(reply)


if __name__ == "__main__":
    main(sys.argv[1])
