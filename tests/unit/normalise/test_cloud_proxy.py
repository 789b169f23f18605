from keng.normalise.cloud_proxy import cloud_proxy_parts


def test_words_for_nothing_are_no_values() -> None:
    fields, source, _time, _host = cloud_proxy_parts(
        {
            "url": "bad.example/x",
            "protocol": "HTTP",
            "ClientIP": "10.0.0.1",
            "refererURL": "None",
            "threatname": "None",
        }
    )
    assert fields["c-uri"] == "http://bad.example/x"
    assert "cs-referer" not in fields
    assert source.categories == ("proxy",)


def test_a_named_threat_is_also_an_antivirus_finding() -> None:
    found = cloud_proxy_parts({"url": "a.example/", "threatname": "EICAR"})
    assert found.logsource.categories == ("antivirus", "proxy")
    assert found.fields["Signature"] == "EICAR"


def test_a_question_to_the_resolver_is_dns() -> None:
    found = cloud_proxy_parts(
        {"QueryName": "a.example", "ResolverDecision": "blockedRule", "SrcIP": "10.0.0.1"}
    )
    assert found.logsource.categories == ("dns",)
    assert found.fields["blocked"] is True
