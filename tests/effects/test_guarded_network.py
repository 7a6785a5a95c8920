"""Where tools may connect to: names are judged by what they resolve to, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effects.shop import Shop
from tests.testkit.web_server import serving
from voice_agent.effects.guarded_http import request
from voice_agent.effects.guarded_network import AllowedHosts, is_public
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import ToolRefused, ToolUnreached

PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1"),
    *("::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1"),
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


class Resolver:
    """Answers in turn; the last answer stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_refused(address: str) -> None:
    allowed = AllowedHosts(["api.example"], Resolver([address]))
    with pytest.raises(ToolRefused, match="not an address of the public network") as refused:
        allowed.address("api.example", 443)
    assert refused.value.hint == "to allow it, list the host with its port: api.example:443"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_what_is_connected_to(address: str) -> None:
    assert AllowedHosts(["api.example"], Resolver([address])).address("API.example", 443) == address


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(ToolRefused):
        AllowedHosts(["api.example"], Resolver(["8.8.8.8", "10.0.0.1"])).address("api.example", 443)


def test_a_port_that_is_named_allows_a_private_address_there_only() -> None:
    allowed = AllowedHosts(["crm.internal:8080", "[::1]:9000"], Resolver(["10.0.0.1"]))
    assert allowed.address("crm.internal", 8080) == "10.0.0.1"
    assert allowed.address("::1", 9000) == "10.0.0.1"
    for host, port in (("crm.internal", 8081), ("crm.internal", 443), ("other.internal", 8080)):
        with pytest.raises(ToolRefused, match="not among the hosts"):
            allowed.address(host, port)


def test_a_host_without_a_port_allows_the_usual_ports_only() -> None:
    with pytest.raises(ToolRefused, match=r"api\.example:22 is not among the hosts"):
        AllowedHosts(["api.example"], Resolver(["8.8.8.8"])).address("api.example", 22)


def test_a_name_that_changes_its_mind_is_asked_once_and_the_judged_address_is_used() -> None:
    shop = Shop()
    with serving(shop.app) as port:
        resolver = Resolver(["127.0.0.1"], ["10.9.9.9"])
        allowed = AllowedHosts([f"shop.example:{port}"], resolver)
        found = request(allowed, ToolCall(), "GET", f"http://shop.example:{port}/orders/7", {})
        assert found.status == 200
        assert resolver.asked == [("shop.example", port)]
        assert shop.requests[0][2]["host"] == f"shop.example:{port}"


def test_a_name_that_first_looks_public_and_then_is_loopback_is_judged_by_what_is_connected_to() -> None:
    resolver = Resolver(["127.0.0.1"])
    with pytest.raises(ToolRefused):
        request(AllowedHosts(["rebind.example"], resolver), ToolCall(), "GET", "http://rebind.example/", {})


def test_a_name_that_is_not_known_is_not_reached(tmp_path: Path) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(ToolUnreached, match=r"gone\.example can't be found"):
        request(AllowedHosts(["gone.example"], nobody), ToolCall(), "GET", "http://gone.example/", {})


@given(st.ip_addresses(v=4))
def test_forms_of_an_ipv4_address_in_ipv6_are_judged_alike(address: object) -> None:
    import ipaddress

    plain = ipaddress.IPv4Address(str(address))
    mapped = ipaddress.IPv6Address(f"::ffff:{plain}")
    translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(plain))
    assert is_public(plain) == is_public(mapped) == is_public(translated)
