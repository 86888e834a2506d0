//! One line a type becomes one module of tests, one a rule, so that a failure names both.

macro_rules! rules {
    ($make:expr; $($file:ident: $($rule:ident)*;)*) => {
        $($(
            #[test]
            fn $rule() {
                crate::$file::$rule(&$make);
            }
        )*)*
    };
}

macro_rules! classifier_contract {
    ($name:ident, $make:expr $(, $part:ident)*) => {
        mod $name {
            use super::*;
            rules! { $make;
                parameters: defaults_are_new parameters_are_checked_by_fit fit_leaves_parameters_alone
                    a_second_fit_is_the_same a_refit_forgets clones_fit_the_same;
                bad_input: no_rows no_columns lengths_differ another_width not_finite weights_are_checked
                    own_weights_are_checked one_class one_row columns_first_are_refused
                    not_finite_sparse;
                inputs: labels_of_any_type labels_in_another_order targets_of_any_kind one_column
                    a_row_a_class more_columns_than_rows many_columns constant_columns duplicated_rows
                    sorted_or_not;
                extremes: huge_and_tiny_features huge_and_tiny_features_of_f32 far_away_rows huge_and_tiny_costs;
                layouts: memory_layouts_fit_the_same memory_layouts_predict_the_same f32_is_near_f64;
                repetition: rows_one_by_one rows_in_another_order rows_fitted_in_another_order
                    columns_in_another_order swapped_labels;
                threads: one_or_two_threads models_are_shared;
                weights: integer_weights_are_repeats weight_zero_is_no_row weights_of_one_are_none
                    weights_scale_c balanced_is_by_label;
                training: blobs_are_told_apart separable_data_are_separated decisions_decide
                    one_iteration_is_no_error iterations_are_counted observers_stop_the_fit
                    another_seed_same_optimum;
            }
            $(mod $part {
                use super::*;
                classifier_part! { $part $make }
            })*
        }
    };
}

macro_rules! classifier_part {
    (sparse $make:expr) => {
        rules! { $make; layouts: sparse_is_dense; }
    };
    (centers $make:expr) => {
        rules! { $make; layouts: sparse_is_refused; }
    };
    (intercept $make:expr) => {
        rules! { $make; training: a_strong_class_wins the_majority_wins_on_constants; }
    };
    (free_intercept $make:expr) => {
        rules! { $make; shifts: a_shift_moves_the_intercept_only; }
    };
    (standardizes $make:expr) => {
        rules! { $make; shifts: units_do_not_matter; }
    };
}

macro_rules! transformer_contract {
    ($name:ident, $make:expr $(, $part:ident)*) => {
        mod $name {
            use super::*;
            rules! { $make;
                transforms: fit_leaves_parameters_alone a_refit_forgets_and_repeats no_rows_or_columns
                    another_width lengths_differ weights_are_checked infinities_are_refused
                    extremes_stay_finite columns_first_are_refused
                    memory_layouts what_is_given_away_is_transformed_alike f32_is_near_f64 rows_one_by_one_and_in_another_order
                    one_or_two_threads fitted_is_shared integer_weights_are_repeats
                    weight_zero_is_no_row weights_of_one_are_none;
            }
            $(mod $part {
                use super::*;
                transformer_part! { $part $make }
            })*
        }
    };
}

macro_rules! transformer_part {
    (sparse $make:expr) => {
        rules! { $make; scalers: sparse_is_dense; }
    };
    (centers $make:expr) => {
        rules! { $make; scalers: sparse_is_refused; }
    };
    (columnwise $make:expr) => {
        rules! { $make; transforms: the_shape_stays missing_values_stay one_row_and_one_column; }
    };
    (unitless $make:expr) => {
        rules! { $make; transforms: weights_have_no_unit; }
    };
    (refuses_missing $make:expr) => {
        rules! { $make; transforms: missing_values_are_refused; }
    };
    (invertible $make:expr) => {
        rules! { $make; scalers: undone what_is_undone_is_checked; }
    };
    (scaler $make:expr) => {
        rules! { $make; scalers: batches_are_one_fit batches_are_checked; }
    };
    (standardizes $make:expr) => {
        rules! { $make; scalers: columns_are_standard; }
    };
}
