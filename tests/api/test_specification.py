"""The API does what its OpenAPI document says: generated requests, right and wrong, and every check there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from tests.api.conftest import CORRECTED, ERASED, EXPIRED, FOUND, LIVE, SECRETS, Client
from voice_agent.api.openapi import document
from voice_agent.api.tokens import Role

Case: TypeAlias = schemathesis.Case[Any]

CALLS: Final = (FOUND, CORRECTED, ERASED, EXPIRED, LIVE)
PATHS: Final = tuple(document()["paths"])
EXAMPLES: Final = 40
WITHOUT_PARAMETERS: Final = tuple(path for path in PATHS if document()["paths"][path]["get"]["parameters"] == [])
WITH_ID: Final = tuple(path for path in PATHS if "{id}" in path)
MODES: Final = tuple(schemathesis.GenerationMode)
ASKED: Final = [
    (path, mode)
    for path in PATHS
    for mode in MODES
    if mode is schemathesis.GenerationMode.POSITIVE or path not in WITHOUT_PARAMETERS
]
# A recording that is gone is the right answer to a right question.
ACCEPTED: Final = ["2xx", "3xx", "403", "404", "410"]

bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
"""The same requests at every run, and not many."""


@pytest.fixture(scope="module")
def schema(client: Client) -> schemathesis.BaseSchema:
    checks = {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}
    config = SchemathesisConfig.from_dict({"seed": 7, "checks": checks})
    return schemathesis.openapi.from_asgi("/openapi.json", client.app, config=config)


def asked(case: Case, role: Role) -> int:
    """Asks as `role` and runs every check of schemathesis on the answer. The status."""
    answer = case.call(headers={"Authorization": f"Bearer {SECRETS[role]}"})
    case.validate_response(answer)
    return answer.status_code


def systematic(schema: schemathesis.BaseSchema, path: str) -> Iterator[Case]:
    """Requests at and beyond every boundary that the document states, and methods that it doesn't."""
    return schema.iter_coverage_cases(
        schema[path]["GET"], generation_modes=list(MODES), generation_config=schema.config.generation
    )


@pytest.mark.parametrize("path", PATHS)
def test_every_boundary_is_kept(schema: schemathesis.BaseSchema, path: str) -> None:
    statuses = {asked(case, Role.SUPERVISOR) for case in itertools.islice(systematic(schema, path), 400)}
    assert 405 in statuses
    assert len(statuses) > 1


@pytest.mark.parametrize(("path", "mode"), ASKED)
def test_whatever_is_asked_the_answer_is_as_specified(
    schema: schemathesis.BaseSchema, path: str, mode: schemathesis.GenerationMode
) -> None:
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode), role=st.sampled_from(Role))
    @bounded
    def ask(case: Case, role: Role) -> None:
        asked(case, role)

    ask()


@pytest.mark.parametrize("path", WITH_ID)
@pytest.mark.parametrize("conversation", CALLS)
def test_about_every_kind_of_call_the_answer_is_as_specified(
    schema: schemathesis.BaseSchema, path: str, conversation: str
) -> None:
    statuses: set[int] = set()

    @given(case=schema[path]["GET"].as_strategy(path_parameters={"id": conversation}), role=st.sampled_from(Role))
    @bounded
    def ask(case: Case, role: Role) -> None:
        statuses.add(asked(case, role))

    ask()
    assert statuses & {200, 404, 410}
