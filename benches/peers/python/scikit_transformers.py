"""Transformers of scikit-learn, fitted to the loaded data, which they transform."""

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from memory import metered

KINDS = {"standard_scaler": StandardScaler, "one_hot_encoder": OneHotEncoder, "tfidf_vectorizer": TfidfVectorizer}


def transform(x, request):
    kind, in_place = KINDS[request["transformer"]], request["in_place"]

    def prepare():
        return (kind(copy=False), x.copy()) if in_place else (kind(), x)

    # A virtual machine may have lent its free memory to others; after this it has it back.
    transformer, given = prepare()
    transformer.fit_transform(given)
    transformer, given = prepare()
    matrix, seconds, peak = metered(lambda: transformer.fit_transform(given))
    return {"seconds": seconds, "peak_memory_bytes": peak, "made": made(matrix)}


def made(matrix):
    """What tells a matrix from others: the protocol has the formulas."""
    n_rows, n_columns = matrix.shape
    rows, columns = 1.0 + np.arange(n_rows) % 97, 1.0 + np.arange(n_columns) % 89
    total = lambda part: sum(rows[i : i + 8192] @ (part(matrix[i : i + 8192]) @ columns) for i in range(0, n_rows, 8192))
    return {
        "n_rows": n_rows,
        "n_columns": n_columns,
        "n_stored": matrix.nnz if sparse.issparse(matrix) else matrix.size,
        "sum": float(total(lambda part: part)),
        "size": float(total(abs)),
    }
