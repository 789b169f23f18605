from keng.store.sql_allowed import FUNCTIONS, KEYWORDS, NODES


def test_nothing_that_reads_waits_or_swells_is_allowed() -> None:
    bad = """file url s3 remote cluster merge numbers zeros values input dictGet dictHas joinGet getSetting getMacro
    hostName fqdn currentUser currentDatabase version uptime sleep sleepEachRow throwIf repeat range arrayWithConstant
    evalMLMethod executable runningAccumulate neighbor rand generateUUIDv4 randomString filesystemAvailable columns apply
    view loop generateRandom python encrypt decrypt serverUUID addressToLine ignore materialize identity"""
    assert not {name.lower() for name in bad.split()} & FUNCTIONS


def test_names_are_in_lower_case_and_no_keyword_is_a_function_that_reads() -> None:
    assert all(name == name.lower() for name in FUNCTIONS | KEYWORDS)


def test_clauses_that_bring_other_tables_or_settings_are_no_nodes() -> None:
    assert not {node.__name__ for node in NODES} & {
        "Join",
        "With",
        "CTE",
        "Union",
        "Final",
        "Lateral",
        "Placeholder",
        "Parameter",
    }
