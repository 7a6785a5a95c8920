"""Header values that have to come back to the peer as they were."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.fields import mark_via, parse_name_addr, parse_uri, parse_via, scheme_of, split_list
from telephony.sip.peer import Peer, bare_host, is_ip_literal, sip_host

SOURCE = Peer("203.0.113.5", 40_001)


def test_commas_in_quotes_and_brackets_do_not_split() -> None:
    value = '"Bell, A" <sip:a,b@c>;x="1,2", <sip:d@e>, sip:f@g'
    assert split_list(value) == ['"Bell, A" <sip:a,b@c>;x="1,2"', "<sip:d@e>", "sip:f@g"]


@pytest.mark.parametrize("value", ['"open', "<open", "close>", 'a "b" "c'])
def test_unbalanced_lists_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        split_list(value)


@pytest.mark.parametrize(
    ("text", "display", "uri", "tag"),
    [
        ('"A \\"B\\" C" <sip:a@b>;tag=x', 'A "B" C', "sip:a@b", "x"),
        ("Anna Maria <sip:a@b;lr>", "Anna Maria", "sip:a@b;lr", None),
        ("caller<sip:a@b>;TAG=Y", "caller", "sip:a@b", "Y"),
        ("sip:a@my_host;tag=z;other", "", "sip:a@my_host", "z"),
        ("<urn:service:sos>", "", "urn:service:sos", None),
    ],
)
def test_addresses_are_read_in_all_their_forms(text: str, display: str, uri: str, tag: str | None) -> None:
    address = parse_name_addr(text)
    assert (address.display, address.uri, address.tag, address.text) == (display, uri, tag, text)


@pytest.mark.parametrize(
    "text",
    ["", "nobody", "<nobody>", '"x', "<sip:a@b>;=1", "a, b <sip:a@b>", "<sip: a@b>", "<sip:\x1b[2J@b>", "sip:\x9b2J@b"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|parameter|unbalanced"):
        parse_name_addr(text)


def test_via_is_marked_with_where_it_came_from() -> None:
    text = "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK!x%2F;rport;received=6.6.6.6"
    assert mark_via(text, parse_via(text), SOURCE) == (
        "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK!x%2F;received=203.0.113.5;rport=40001"
    )


def test_via_without_rport_gets_no_port() -> None:
    text = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx"
    assert mark_via(text, parse_via(text), Peer("2001:db8::1", 9)).endswith(";received=2001:db8::1")


def test_via_may_have_been_received_from_ipv6() -> None:
    via = parse_via("SIP/2.0/UDP [::1]:5070;branch=z9hG4bKx;received=2001:db8::1;rport=5")
    assert (via.host, via.port, via.parameters["branch"], via.parameters["rport"]) == ("[::1]", 5070, "z9hG4bKx", "5")


def test_schemes_are_lower_case() -> None:
    assert (scheme_of("SIPS:a"), scheme_of("a"), scheme_of("1a:b")) == ("sips", None, None)
    assert parse_uri("SIP:a@b").scheme == "sip"


def test_ipv6_hosts_are_wrapped_and_unwrapped() -> None:
    assert str(Peer("::1", 5060)) == "[::1]:5060"
    assert str(Peer("127.0.0.1", 1)) == "127.0.0.1:1"
    assert (bare_host("[::1]"), bare_host("a.b"), sip_host("a.b")) == ("::1", "a.b", "a.b")
    assert is_ip_literal("::1")
    assert not is_ip_literal("proxy.example.com")


@pytest.mark.parametrize(
    "filling",
    ["a", "1", " ", "a ", "a-", "a.", "1:", "[1::", ";a", ';a="', "a'", "<", '"<', '\\"', "%41", ";rport", ","],
)
def test_no_value_of_the_longest_length_takes_long(filling: str) -> None:
    text = filling * (4_000 // len(filling))
    began_s = time.process_time()
    for read in (
        split_list,
        parse_name_addr,
        lambda value: parse_name_addr('"' + value),
        lambda value: parse_name_addr("<sip:a>" + value),
        lambda value: parse_via("SIP/2.0/UDP " + value + "!"),
        lambda value: parse_via("SIP/2.0/UDP h" + value),
        lambda value: parse_uri("sip:" + value + "<"),
        lambda value: parse_uri("sip:a@" + value + "<"),
        lambda value: parse_uri("tel:" + value + "<"),
        lambda value: parse_uri("tel:1;" + value + "<"),
    ):
        try:
            read(text)
        except ValueError:
            continue
    assert time.process_time() - began_s < 10


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (split_list, parse_name_addr, parse_uri, parse_via):
        try:
            read(text)
        except ValueError:
            continue
