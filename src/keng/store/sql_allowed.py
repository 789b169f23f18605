"""What SQL of experts may consist of. What is not listed here is refused; nothing here reads anything but its arguments.

Left out on purpose: whatever reads files, tables, dictionaries, settings, users or hosts, waits, or makes much of
little (repeat, range, arrayWithConstant, …).
"""

from sqlglot import exp

_TEXT = """
    lower upper lowerUTF8 upperUTF8 length lengthUTF8 char_length empty notEmpty concat concatWithSeparator substring
    substr substringUTF8 left right trim trimBoth trimLeft trimRight ltrim rtrim replaceAll replaceOne replace
    replaceRegexpAll replaceRegexpOne position positionCaseInsensitive positionUTF8 positionCaseInsensitiveUTF8 locate
    strpos match extract extractAll extractAllGroups regexpExtract startsWith endsWith like ilike notLike notILike
    splitByChar splitByString splitByNonAlpha splitByWhitespace tokens hasToken hasTokenCaseInsensitive countSubstrings
    countSubstringsCaseInsensitive reverse reverseUTF8 base64Decode tryBase64Decode base64Encode hex unhex lpad rpad
    leftPad rightPad decodeURLComponent domain domainWithoutWWW topLevelDomain cutToFirstSignificantSubdomain protocol
    path pathFull queryString cutQueryString extractURLParameter ngramDistance levenshteinDistance editDistance
    basename isValidUTF8 appendTrailingCharIfAbsent
"""
_NUMBERS = """
    abs round floor ceil ceiling trunc sqrt exp log log2 log10 pow power least greatest intDiv modulo mod plus minus
    multiply divide negate bitAnd bitOr bitXor bitNot bitShiftLeft bitShiftRight toInt8 toInt16 toInt32 toInt64 toUInt8
    toUInt16 toUInt32 toUInt64 toFloat32 toFloat64 toString toInt64OrNull toUInt64OrNull toFloat64OrNull toInt64OrZero
    toUInt64OrZero toFloat64OrZero toIPv4 toIPv6 toIPv4OrNull toIPv6OrNull toIPv4OrDefault toIPv6OrDefault isIPv4String
    isIPv6String isIPAddressInRange IPv4NumToString IPv4StringToNum IPv6NumToString cityHash64 sipHash64 MD5 SHA1 SHA256
    formatReadableSize formatReadableQuantity formatReadableTimeDelta entropy cast toTypeName isNaN isFinite
"""
_TIME = """
    now now64 today yesterday toDate toDateTime toDateTime64 toDate32 toYear toQuarter toMonth toWeek toDayOfMonth
    toDayOfWeek toDayOfYear toHour toMinute toSecond toUnixTimestamp toUnixTimestamp64Micro toUnixTimestamp64Milli
    fromUnixTimestamp fromUnixTimestamp64Micro fromUnixTimestamp64Milli toStartOfYear toStartOfQuarter toStartOfMonth
    toStartOfWeek toMonday toStartOfDay toStartOfHour toStartOfMinute toStartOfFiveMinutes toStartOfTenMinutes
    toStartOfFifteenMinutes toStartOfInterval toStartOfSecond toTimeZone timeSlot dateDiff date_diff dateAdd date_add
    dateSub date_sub dateTrunc date_trunc addSeconds addMinutes addHours addDays addWeeks addMonths addYears
    subtractSeconds subtractMinutes subtractHours subtractDays subtractWeeks subtractMonths subtractYears age
    formatDateTime parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTime64BestEffortOrNull toYYYYMMDD
    toYYYYMM toYYYYMMDDhhmmss timestamp_diff toIntervalSecond toIntervalMinute toIntervalHour toIntervalDay
"""
_LOGIC = """
    if multiIf ifNull nullIf coalesce assumeNotNull toNullable isNull isNotNull and or not xor equals notEquals less
    lessOrEquals greater greaterOrEquals in notIn tuple array map
"""
_ARRAYS = """
    has hasAny hasAll indexOf arrayElement arrayJoin arrayExists arrayAll arrayFilter arrayMap arrayCount arraySum
    arrayMin arrayMax arrayAvg arraySort arrayReverseSort arrayDistinct arrayUniq arrayConcat arraySlice
    arrayStringConcat arrayFirst arrayLast arrayReverse arrayCompact arrayIntersect mapKeys mapValues mapContains
    mapFilter tupleElement multiSearchAny multiSearchAnyCaseInsensitive
"""
_AGGREGATES = """
    count min max sum avg any anyLast anyHeavy argMin argMax uniq uniqExact uniqCombined uniqHLL12 quantile quantiles
    quantileExact median stddevPop stddevSamp varPop varSamp corr skewPop kurtPop topK topKWeighted groupArray
    groupUniqArray sumMap minMap maxMap entropy simpleLinearRegression histogram
"""
_WITH_IF = """
    count min max sum avg any anyLast argMin argMax uniq uniqExact uniqCombined quantile median topK groupArray
    groupUniqArray
"""

FUNCTIONS = frozenset(
    name.lower() for text in (_TEXT, _NUMBERS, _TIME, _LOGIC, _ARRAYS, _AGGREGATES) for name in text.split()
) | frozenset(f"{name.lower()}if" for name in _WITH_IF.split())
"""Functions that may be called, in lower case."""

_KEYWORDS = """
    select distinct from where group by having order asc desc limit offset as and or not in between like ilike is null
    case when then else end interval
"""
KEYWORDS = frozenset(_KEYWORDS.split())
"""Words of the language that may stand before a parenthesis."""

NODES: tuple[type[exp.Expression], ...] = (
    exp.Select, exp.From, exp.Table, exp.TableAlias, exp.Subquery, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit,
    exp.Offset, exp.Distinct, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Literal, exp.Boolean, exp.Null,
    exp.Paren, exp.Tuple, exp.Array, exp.Bracket, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT,
    exp.LTE, exp.Between, exp.In, exp.Is, exp.Like, exp.ILike, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg,
    exp.IntDiv, exp.Interval, exp.Var, exp.Case, exp.If, exp.Lambda, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam,
    exp.Anonymous, exp.AnonymousAggFunc, exp.ParameterizedAgg, exp.CombinedAggFunc, exp.CombinedParameterizedAgg,
    exp.DPipe,
)  # fmt: skip
"""Kinds of nodes that may stand in a statement; any other function is known by its name."""

SELECT_PARTS = frozenset(
    ("kind", "expressions", "from_", "where", "group", "having", "order", "limit", "offset", "distinct")
)
"""Clauses of SELECT. Not among them: WITH, JOIN, ARRAY JOIN, PREWHERE, SAMPLE, SETTINGS, FORMAT, INTO, WINDOW."""

_TYPES = """
    STRING TEXT VARCHAR CHAR BOOLEAN INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 TINYINT SMALLINT INT BIGINT
    UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE FLOAT32 FLOAT64 DATE DATE32 DATETIME DATETIME64 TIMESTAMP IPV4 IPV6
    NULLABLE
"""
TYPES = frozenset(_TYPES.split())
"""Types that may be cast to."""

UNITS = frozenset(("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"))
