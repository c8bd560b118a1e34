"""The gateway: effects, budgets, audit; and that no model ever sees a way to commit."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.scene import Morning
from tools.audit import AuditEntry
from tools.cases import CaseArgs, list_cases, show_case
from tools.catalogue import registry
from tools.decisions import ApproveArgs, approve
from tools.effect import Budget, Effect, Scope
from tools.registry import Done, Failed, Gateway, Registry, call
from tools.runtime import Runtime
from tools.schema import Args, NoArgs

COMMITS = [t.name for t in registry.tools() if t.effect is Effect.COMMIT]


def a_gateway(budget: Budget | None = None, audit: list[AuditEntry] | None = None) -> Gateway:
    entries = audit if audit is not None else []
    return Gateway(Morning().runtime, Scope.agent(), budget or Budget(), entries.append)


def test_there_are_tools_of_every_effect():
    assert {t.effect for t in registry.tools()} == set(Effect)
    assert len(COMMITS) == 5


def test_no_schema_given_to_a_model_holds_a_commit_tool_or_a_proposing_one():
    shown = {str(json.loads(json.dumps(s))["function"]["name"]) for s in registry.model_schemas()}
    assert shown
    for name in shown:
        tool = registry.get(name)
        assert tool is not None
        assert tool.effect in (Effect.READ, Effect.SIMULATE)
    assert not shown & set(COMMITS)


def test_schemas_are_strict_and_every_field_is_explained_by_name():
    for schema in registry.model_schemas():
        function = json.loads(json.dumps(schema))["function"]
        assert function["strict"] is True
        parameters = function["parameters"]
        assert parameters["additionalProperties"] is False
        assert parameters["required"] == list(parameters["properties"])
        assert len(function["description"]) > 30


@pytest.mark.parametrize("name", COMMITS)
@pytest.mark.parametrize("scope", [Scope.agent(), Scope.model()], ids=["agent", "model"])
def test_the_gateway_runs_no_commit_tool_for_an_agent(name: str, scope: Scope):
    morning = Morning().troubled()
    before = morning.ledger()
    raw = {
        "approve": {"proposal_id": "P-1-1", "by": "x"},
        "reject": {"proposal_id": "P-1-1", "by": "x", "reason": "too_dear"},
        "undo": {"proposal_id": "P-1-1", "by": "x"},
        "log_customer_call": {"order_id": "o2", "intent": "other", "by": "x"},
        "log_driver_call": {"vehicle_id": "V1", "late_min": 5, "by": "x"},
    }[name]
    result = call(morning.runtime, name, raw, scope)
    assert isinstance(result, Failed)
    assert result.code == "out_of_scope"
    assert morning.ledger() == before


def test_an_agent_cannot_be_given_a_scope_that_commits():
    with pytest.raises(ValueError, match="cannot be given COMMIT"):
        Scope("rogue", "agent", frozenset(Effect))


def test_a_person_may_commit_and_an_unknown_proposal_is_a_result():
    gateway = Gateway(Morning().runtime, Scope.person("ana"))
    result = gateway.call(approve, ApproveArgs(proposal_id="P-9-9", by="ana"))
    assert isinstance(result, Failed)
    assert result.code == "unknown_id"
    assert "P-9-9" in result.sentence


def test_unknown_tools_ids_and_fields_are_results_with_a_sentence():
    gateway = a_gateway()
    for name, raw, code in (
        ("sing", {}, "unknown_tool"),
        ("show_case", {"case_id": "C-99"}, "unknown_id"),
        ("show_case", {"case": "C-1"}, "bad_arguments"),
        ("show_case", {}, "bad_arguments"),
        ("show_route", {"vehicle_id": 7}, "bad_arguments"),
    ):
        result = gateway.call_named(name, raw)
        assert isinstance(result, Failed)
        assert result.code == code
        assert result.sentence


@given(text=st.text(max_size=40))
def test_no_arguments_whatsoever_make_the_gateway_raise(text: str):
    gateway = Gateway(RUNTIME, Scope.model())
    result = gateway.call_named("where_is_order", text)
    assert isinstance(result, Failed)


RUNTIME = Morning().runtime


def test_calls_and_searches_are_budgeted():
    gateway = a_gateway(Budget(calls=2, solves=0))
    assert isinstance(gateway.call(list_cases, NoArgs()), Done)
    search = gateway.call_named("what_if_vehicle_out", {"vehicle_id": "V1", "until": None})
    assert isinstance(search, Failed)
    assert search.code == "budget"
    assert isinstance(gateway.call(list_cases, NoArgs()), Done)
    spent = gateway.call(list_cases, NoArgs())
    assert isinstance(spent, Failed)
    assert spent.code == "budget"


def test_every_call_is_audited_with_who_and_what_became_of_it():
    entries: list[AuditEntry] = []
    gateway = a_gateway(audit=entries)
    gateway.call(list_cases, NoArgs())
    gateway.call(show_case, CaseArgs(case_id="C-99"))
    gateway.call_named("approve", {"proposal_id": "P-1-1", "by": "x"})
    assert [(e.tool, e.ok, e.code) for e in entries] == [
        ("list_cases", True, ""),
        ("show_case", False, "unknown_id"),
        ("approve", False, "out_of_scope"),
    ]
    assert {e.actor for e in entries} == {"tenfour"}


def test_a_tool_that_breaks_is_a_result_and_its_trace_is_audited():
    mine = Registry()

    @mine.tool(effect=Effect.READ)
    def divide(runtime: Runtime, args: NoArgs) -> int:
        """Divide something by nothing, to see what happens."""
        return 1 // len(args.model_fields_set)

    entries: list[AuditEntry] = []
    result = a_gateway(audit=entries).call(divide, NoArgs())
    assert isinstance(result, Failed)
    assert result.code == "broken"
    assert "ZeroDivisionError" in entries[-1].trace


def test_two_tools_of_one_name_and_tools_without_a_manual_are_refused():
    mine = Registry()

    @mine.tool(effect=Effect.READ)
    def look_up(runtime: Runtime, args: Args) -> int:
        """Look something up."""
        return 1

    with pytest.raises(ValueError, match="two tools"):
        mine.tool(effect=Effect.READ)(look_up.run)
    with pytest.raises(ValueError, match="no manual"):

        @mine.tool(effect=Effect.READ)
        def mute(runtime: Runtime, args: Args) -> int:
            return 1
