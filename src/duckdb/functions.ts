/**
 * Which functions a statement may call. Nothing else runs: a function that a new DuckDB brings is refused until
 * somebody has read what it does. The refused ones are those that were seen to crash the process, ignore an
 * interrupt, need memory out of proportion, wait, print, keep state, tell about the host, or answer differently
 * each time (which would make a cached or repeated answer wrong).
 */

const words = (text: string) => text.trim().split(/\s+/);

/** Scalar, aggregate and window functions, and operators. */
export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...words(`
    !__postfix !~~ !~~* % & && * ** + - ->> -> / // <-> << <=> <@ >> @ @> ^ ^@ | || ~ ~~ ~~* ~~~`),
  // Numbers.
  ...words(`
    abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even
    exp factorial fdiv floor fmod gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm least
    least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians round round_even
    roundbankers sign signbit sin sinh sqrt subtract tan tanh trunc xor hash`),
  // Text.
  ...words(`
    array_to_string ascii base64 bin bit_length char_length character_length chr concat concat_ws contains
    decode encode ends_with from_base64 from_hex formatreadablesize formatreadabledecimalsize format_bytes hex
    ilike_escape instr lcase left left_grapheme len length length_grapheme like_escape lower ltrim md5
    nfc_normalize not_ilike_escape not_like_escape octet_length ord position prefix regexp_escape regexp_extract
    regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array
    regexp_split_to_table replace reverse right right_grapheme rtrim sha1 sha256 split split_part starts_with
    str_split str_split_regex string_split string_split_regex string_to_array strip_accents strlen strpos substr
    substring substring_grapheme suffix to_base64 to_hex translate trim ucase unhex unicode upper url_decode
    url_encode`),
  // Dates.
  ...words(`
    century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
    dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear
    julian last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz
    microsecond millennium millisecond minute month monthname nanosecond normalized_interval quarter second
    strftime strptime time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours
    to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp
    to_weeks to_years try_strptime week weekday weekofyear year yearweek`),
  // Lists, structs, maps.
  ...words(`
    aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
    array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct
    array_dot_product array_extract array_filter array_grade_up array_has array_has_all array_has_any
    array_indexof array_inner_product array_intersect array_length array_negative_dot_product
    array_negative_inner_product array_pop_back array_pop_front array_position array_prepend array_push_back
    array_push_front array_reverse array_reverse_sort array_select array_slice array_sort array_transform
    array_unique array_value array_where array_zip cardinality element_at filter flatten generate_series
    generate_subscripts grade_up list_aggr list_aggregate list_any_value list_append list_apply
    list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat
    list_concat list_contains list_cosine_distance list_cosine_similarity list_count list_distance list_distinct
    list_dot_product list_element list_entropy list_extract list_filter list_first list_grade_up list_has
    list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect list_kurtosis
    list_kurtosis_pop list_last list_mad list_max list_median list_min list_mode list_negative_dot_product
    list_negative_inner_product list_pack list_position list_prepend list_product list_reverse list_reverse_sort
    list_select list_sem list_skewness list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg
    list_sum list_transform list_unique list_value list_var_pop list_var_samp list_where list_zip map map_concat
    map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries
    map_keys map_values range row struct_concat struct_contains struct_extract struct_extract_at struct_has
    struct_indexof struct_insert struct_keys struct_pack struct_position struct_update struct_values
    union_extract union_tag union_value unnest unpivot_list`),
  // JSON that is only read or put together, one level at a time.
  ...words(`
    array_to_json json_array json_array_length json_contains json_exists json_extract json_extract_path
    json_extract_path_text json_extract_string json_group_array json_group_object json_keys json_object
    json_quote json_type json_valid json_value row_to_json to_json`),
  // Values of any type.
  ...words(`
    coalesce constant_or_null error enum_code enum_first enum_last enum_range enum_range_boundary if ifnull nullif
    replace_type switch typeof`),
  // Aggregates and windows.
  ...words(`
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null
    arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor
    bool_and bool_or corr count count_if count_star countif covar_pop covar_samp cume_dist dense_rank entropy favg
    fill first first_value fsum geomean geometric_mean group_concat histogram histogram_exact kahan_sum kurtosis
    kurtosis_pop lag last last_value lead list listagg mad max max_by mean median min min_by mode nth_value ntile
    percent_rank product quantile quantile_cont quantile_disc rank rank_dense regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number sem skewness stddev stddev_pop
    stddev_samp string_agg sum sum_no_overflow sumkahan var_pop var_samp variance wavg weighted_avg`),
]);

/** What may stand in FROM with parentheses. */
export const ALLOWED_TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'regexp_split_to_table',
]);

/** Column names that DuckDB answers from the clock when no column has that name. */
export const CLOCK_WORDS: ReadonlySet<string> = new Set(
  words('current_date current_time current_timestamp localtime localtimestamp'),
);

const CLOCK_HINT =
  'An answer must be the same when it is computed again: write the date as a literal (the program knows it), ' +
  'or use (SELECT max(date) FROM prices).';

/** What to do instead, for functions that people and models know. */
const HINTS: [RegExp, string][] = [
  [
    /^(now|today|age|ago|current_date|current_time|current_timestamp|local(time|timestamp)|get_current_.*|current_local.*|transaction_timestamp)$/,
    CLOCK_HINT,
  ],
  [
    /^(random|setseed|uuid.*|gen_random_uuid|reservoir_quantile)$/,
    'An answer must be the same when it is computed again: use hash(column) for a repeatable choice, ' +
      'quantile_cont for a quantile, or Math.random in the program, which is seeded.',
  ],
  [
    /^(repeat|lpad|rpad|printf|format|bar|to_base|to_binary)$/,
    'Round with round(x, 2) and format text in the program.',
  ],
  [/^(list_resize|array_resize|bitstring.*|set_bit|get_bit|repeat_row)$/, 'Use range or unnest.'],
  [
    /(levenshtein|editdist3|hamming|mismatches|jar[ow]|jaccard)/,
    'Compare text in the program, or with LIKE.',
  ],
  [
    /^(reduce|list_reduce|array_reduce)$/,
    'Use list_sum, list_aggregate, a window function or a recursive CTE.',
  ],
  [
    /^(read_|pg_read_|glob$|sniff_|parquet_|arrow_|.*_scan$|which_secret|getenv)/,
    'There are no files, network or environment here: hand rows to query() as a table.',
  ],
  [
    /^(json_.*|from_json.*)$/,
    "Use json_extract_string(value, '$.a') or to_json, or take JSON apart in the program.",
  ],
  [
    /^(duckdb_|pragma_|pg_|current_setting|getvariable|current_|has_|summary$|test_)/,
    'Use DESCRIBE table or SUMMARIZE table.',
  ],
];

export function hintFor(name: string): string {
  return (
    HINTS.find(([pattern]) => pattern.test(name))?.[1] ??
    'Use standard SQL functions, or compute it in the program.'
  );
}
