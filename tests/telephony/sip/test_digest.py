"""Digest authentication: the arithmetic, challenges we meet, and challenges we make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.actions import CallAnswered, CallRejected, IncomingCall, ReferSettled, SessionChanged
from telephony.sip.digest import Asked, Challenge, Credentials, authorization, ha1, parse_values, strongest
from telephony.sip.events import AcceptCall, CancelCall, ChangeSession, HangUpCall, ReferCall
from telephony.sip.guard import Account, Guarded
from telephony.sip.message import ReceivedRequest
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from tests.telephony.sip.test_caller import CALL, placed
from tests.telephony.sip.wire import ANSWER, OFFER, REMOTE, SECOND, Bench, invite, reply, request

REALM = "trunk.example"
MD5 = f'WWW-Authenticate: Digest realm="{REALM}", nonce="n1", qop="auth,auth-int", algorithm=MD5, opaque="o"'
ANN = Credentials("ann", "secret")


def given_in(sent: ReceivedRequest, name: str = "Authorization") -> dict[str, str]:
    (params,) = parse_values(sent.framed.values(name))
    return params


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    nonce, opaque = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
    challenge = Challenge("http-auth@example.org", nonce, algorithm, opaque, qop=True, stale=False)
    asked = Asked("GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 1)
    value = authorization(challenge, Credentials("Mufasa", "Circle of Life"), asked)
    assert parse_values([value])[0]["response"] == response
    assert parse_values([value])[0]["nc"] == "00000001"


def test_the_example_of_rfc_2069_has_no_counter() -> None:
    challenge = Challenge(
        "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "MD5", None, qop=False, stale=False
    )
    value = authorization(challenge, Credentials("Mufasa", "CircleOfLife"), Asked("GET", "/dir/index.html", "c", 1))
    params = parse_values([value])[0]
    assert params["response"] == "1949323746fe6a43ef61f9606e7febea"  # the erratum's value
    assert "nc" not in params


def test_the_first_challenge_we_understand_is_taken_for_each_realm() -> None:
    values = [
        'Digest realm="a", nonce="1", algorithm=SHA-512-256, Digest realm="a", nonce="2", algorithm=SHA-256',
        'Digest realm="a", nonce="3"',
        'Digest realm="b", nonce="4", qop="auth-int"',
        'Basic realm="c"',
        'Digest realm="d", nonce="5\\"", qop="auth", stale=TRUE',
    ]
    assert strongest(values) == [
        Challenge("a", "2", "SHA-256", None, qop=False, stale=False),
        Challenge("d", '5"', "MD5", None, qop=True, stale=True),
    ]


@given(st.lists(st.text(alphabet='Digest realm="a",\\nonce=x<>\t', max_size=60), max_size=3))
def test_any_challenge_is_read_or_refused(values: list[str]) -> None:
    try:
        strongest(values)
    except ValueError:
        return


def test_a_challenged_invite_is_sent_again_once() -> None:
    bench = Bench()
    first = placed(bench, credentials=ANN)
    bench.receive(reply(first, 401, extra=(MD5,)))
    ack, again = bench.requests()
    assert (ack.method, ack.branch) == ("ACK", first.branch)
    assert (again.method, again.cseq, again.call_id, again.from_.tag) == ("INVITE", 2, first.call_id, first.from_.tag)
    assert again.branch != first.branch
    assert (again.body, again.to.tag) == (first.body, None)
    params = given_in(again)
    assert (params["username"], params["realm"], params["nonce"], params["opaque"]) == ("ann", REALM, "n1", "o")
    assert (params["qop"], params["nc"], params["uri"]) == ("auth", "00000001", again.uri_text)
    assert bench.told == []
    bench.receive(reply(again, 200, body=ANSWER))
    (ack,) = bench.requests()
    assert (ack.method, ack.cseq, given_in(ack)) == ("ACK", 2, params)
    bench.only(CallAnswered)
    bench.do(HangUpCall(CALL))
    assert bench.requests()[0].cseq == 3


def test_a_second_refusal_is_the_end_unless_the_nonce_was_stale() -> None:
    bench = Bench()
    bench.receive(reply(placed(bench, credentials=ANN), 401, extra=(MD5,)))
    again = bench.requests()[1]
    bench.receive(reply(again, 401, extra=(MD5.replace("n1", "n2") + ", stale=true",)))
    third = bench.requests()[1]
    assert (given_in(third)["nonce"], third.cseq) == ("n2", 3)
    bench.receive(reply(third, 401, extra=(MD5.replace("n1", "n3"),)))
    assert bench.only(CallRejected).code == 401
    bench.advance(40 * SECOND)
    assert bench.agent.next_wake() is None


def test_a_peer_that_is_never_satisfied_does_not_keep_us_busy() -> None:
    bench = Bench()
    sent = placed(bench, credentials=ANN)
    invites = 0
    while not bench.told:
        invites += 1
        bench.receive(reply(sent, 401, extra=(MD5.replace("n1", f"n-{invites}") + ", stale=true",)))
        sent = bench.requests()[-1]
    assert invites == 5


def test_proxy_and_callee_may_both_challenge() -> None:
    bench = Bench()
    first = placed(bench, credentials=ANN)
    bench.receive(reply(first, 407, extra=('Proxy-Authenticate: Digest realm="p", nonce="1", algorithm=SHA-256',)))
    second = bench.requests()[1]
    assert given_in(second, "Proxy-Authorization")["algorithm"] == "SHA-256"
    bench.receive(reply(second, 401, extra=(MD5,)))
    third = bench.requests()[1]
    assert given_in(third, "Proxy-Authorization")["realm"] == "p"
    assert given_in(third)["realm"] == REALM


def test_the_same_nonce_is_counted() -> None:
    bench = Bench()
    bench.receive(reply(placed(bench, credentials=ANN), 401, extra=(MD5,)))
    bench.receive(reply(bench.requests()[1], 200, body=ANSWER))
    bench.do(HangUpCall(CALL))
    (bye,) = bench.requests()
    bench.receive(reply(bye, 401, extra=(MD5,)))
    (again,) = bench.requests()
    assert (again.method, again.cseq, given_in(again)["nc"]) == ("BYE", 4, "00000002")
    bench.receive(reply(again, 200))
    assert bench.agent.call_count == 0


def test_reinvite_and_refer_meet_challenges_too() -> None:
    bench = Bench()
    bench.receive(reply(placed(bench, credentials=ANN), 200, body=ANSWER))
    bench.do(ChangeSession(CALL, OFFER))
    bench.receive(reply(bench.requests()[0], 407, extra=(MD5.replace("WWW", "Proxy"),)))
    again = bench.requests()[1]
    assert (again.method, again.cseq, again.body) == ("INVITE", 3, OFFER)
    bench.receive(reply(again, 200, body=ANSWER))
    bench.only(SessionChanged)
    bench.do(ReferCall(CALL, "sip:desk@192.0.2.7"))
    bench.receive(reply(bench.requests()[0], 401, extra=(MD5.replace("n1", "n2"),)))
    (refer,) = bench.requests()
    assert (refer.method, refer.header("Refer-To")) == ("REFER", "<sip:desk@192.0.2.7>")
    bench.receive(reply(refer, 603))
    assert bench.only(ReferSettled).code == 603


@pytest.mark.parametrize(
    "credentials",
    [(), (ANN,), (Credentials("ann", "s", realm="x"),), (Credentials("ann", "s", next_hop=Peer("9.9.9.9", 5060)),)],
)
def test_no_caller_makes_us_show_what_is_meant_for_somebody_else(credentials: tuple[Credentials, ...]) -> None:
    bench = Bench(SipSettings(credentials=credentials))
    call = bench.incoming()
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(request("ACK", to_tag=tag, branch="z9hG4bK-k"))
    bench.do(HangUpCall(call))
    bench.receive(reply(bench.requests()[0], 401, extra=(MD5,)))
    assert bench.requests() == []
    assert bench.agent.call_count == 0


@pytest.mark.parametrize("bound", [Credentials("ann", "s", realm=REALM), Credentials("ann", "s", next_hop=REMOTE)])
def test_credentials_of_the_settings_serve_their_realm_and_next_hop(bound: Credentials) -> None:
    bench = Bench(SipSettings(credentials=(bound,)))
    bench.receive(reply(placed(bench), 401, extra=(MD5,)))
    assert [each.method for each in bench.requests()] == ["ACK", "INVITE"]


def test_what_cannot_be_met_is_a_refusal() -> None:
    for extra in ((), ("WWW-Authenticate: Basic realm=x",), ('WWW-Authenticate: Digest realm="',)):
        bench = Bench()
        bench.receive(reply(placed(bench, credentials=ANN), 401, extra=extra))
        assert bench.only(CallRejected).code == 401


def test_a_call_given_up_is_not_tried_again() -> None:
    bench = Bench()
    sent = placed(bench, credentials=ANN)
    bench.receive(reply(sent, 180))
    bench.do(CancelCall(CALL))
    bench.receive(reply(sent, 401, extra=(MD5,)))
    assert bench.methods() == ["ACK"]
    assert bench.agent.call_count == 0


# As callee

BOB = Account("bob", password="hunter2")
HASHED = Account("eve", ha1_md5=ha1("MD5", "eve", "voice", "pw"))


class Stranger:
    """Calls a guarded user agent, computing what it is asked for."""

    def __init__(self, max_nonces: int = 100) -> None:
        guarded = Guarded("voice", (BOB, HASHED), nonce_us=10 * SECOND, max_nonces=max_nonces)
        self.bench = Bench(SipSettings(guarded=guarded))
        self._number = 0

    def call(self, *extra: str) -> list[Challenge]:
        """One INVITE; the challenges it met, none when it was taken."""
        self._number += 1
        self.bench.receive(invite(branch=f"z9hG4bK-{self._number}", cseq=self._number, extra=extra))
        return strongest(self.bench.responses()[0].framed.values("WWW-Authenticate"))

    def proof(
        self,
        challenge: Challenge,
        *,
        username: str = "bob",
        password: str = "hunter2",
        uri: str = "sip:agent@192.0.2.1",
        count: int = 1,
    ) -> str:
        credentials = Credentials(username, password)
        return "Authorization: " + authorization(challenge, credentials, Asked("INVITE", uri, "cn", count))


def test_strangers_are_challenged_and_accounts_get_through() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    values = stranger.bench.responses()[0].framed.values("WWW-Authenticate")
    assert stranger.bench.codes() == [401]
    assert [each["algorithm"] for each in parse_values(values)] == ["SHA-256", "MD5"]
    assert stranger.bench.told == []
    assert stranger.call(stranger.proof(challenge)) == []
    stranger.bench.only(IncomingCall)


def test_an_account_kept_as_a_hash_gets_through_by_its_algorithm_only() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    assert stranger.call(stranger.proof(challenge, username="eve", password="pw"))
    weak = Challenge("voice", challenge.nonce, "MD5", None, qop=True, stale=False)
    assert stranger.call(stranger.proof(weak, username="eve", password="pw")) == []


def test_a_proxy_may_have_rewritten_the_uri() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    assert stranger.call(stranger.proof(challenge, uri="sip:example.com")) == []


def test_a_replayed_proof_is_stale() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    proof = stranger.proof(challenge)
    assert stranger.call(proof) == []
    (second,) = stranger.call(proof)
    assert (second.stale, stranger.bench.told) == (True, [])
    assert stranger.call(stranger.proof(challenge, count=2)) == []


def test_a_nonce_expires_and_a_made_up_one_never_held() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    stranger.bench.advance(10 * SECOND)
    (fresh,) = stranger.call(stranger.proof(challenge))
    assert fresh.stale
    made_up = Challenge("voice", "mine", "MD5", None, qop=True, stale=False)
    assert stranger.call(stranger.proof(made_up))[0].stale
    assert stranger.call(stranger.proof(fresh)) == []


@pytest.mark.parametrize(("username", "password"), [("bob", "wrong"), ("nobody", "hunter2")])
def test_a_wrong_proof_is_challenged_again_and_not_called_stale(username: str, password: str) -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    (again,) = stranger.call(stranger.proof(challenge, username=username, password=password))
    assert not again.stale


def test_a_broken_proof_gets_400_and_one_of_another_realm_a_challenge() -> None:
    stranger = Stranger()
    (challenge,) = stranger.call()
    right = stranger.proof(challenge)
    for wrong in (right.replace("nc=0", "nc=x"), right.replace("qop=auth", "qop=x"), right.replace("bob", 'b"')):
        stranger.call(wrong)
        assert stranger.bench.codes() == [400]
    stranger.call(stranger.proof(challenge, uri=""))
    assert stranger.bench.codes() == [400]
    assert stranger.call(right.replace('"voice"', '"other"'))


def test_nonces_are_bounded() -> None:
    stranger = Stranger(max_nonces=3)
    (first,) = stranger.call()
    (second,) = stranger.call()
    (third,) = stranger.call()
    stranger.call()
    assert stranger.call(stranger.proof(first))[0].stale
    assert stranger.call(stranger.proof(second))[0].stale
    assert stranger.call(stranger.proof(third))[0].stale
    assert stranger.call(stranger.proof(stranger.call()[0])) == []


def test_only_calls_are_challenged() -> None:
    bench = Stranger().bench
    bench.receive(request("OPTIONS"))
    assert bench.codes() == [200]


def test_nothing_printable_holds_a_password() -> None:
    settings = SipSettings(
        credentials=(Credentials("ann", "topsecret"),),
        guarded=Guarded("r", (Account("bob", "topsecret", ha1_md5="topsecret"),)),
    )
    assert "topsecret" not in repr(settings)
