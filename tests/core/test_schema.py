"""The OpenAPI document is one that clients can be generated from."""

from __future__ import annotations

import re
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from apps.core.api.schema import name_parameter_enums


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def test_operations_are_named_in_camel_case_and_fail_with_the_envelope(schema: dict[str, Any]) -> None:
    found = operations(schema)
    envelope = {"$ref": "#/components/schemas/Error"}

    assert [
        each["operationId"] for each in found if not re.fullmatch(r"[a-z]+([A-Z0-9][a-z]*)+", each["operationId"])
    ] == []
    assert len({each["operationId"] for each in found}) == len(found)
    assert all(each["responses"]["default"]["content"]["application/json"]["schema"] == envelope for each in found)


def test_each_operation_has_its_first_sentence_as_its_title(schema: dict[str, Any]) -> None:
    titles = {each["operationId"]: each["summary"] for each in operations(schema)}

    assert titles["backtestRunsCreate"] == "Queue a backtest"
    assert [name for name, title in titles.items() if not 4 <= len(title) <= 110 or title.endswith(".")] == []


def test_choices_of_query_parameters_are_named_enums(schema: dict[str, Any]) -> None:
    parameters = [part for each in operations(schema) for part in each.get("parameters", [])]
    listed = {part["name"]: part["schema"] for part in parameters if "allOf" in part["schema"]}

    assert [part["name"] for part in parameters if "enum" in part["schema"]] == []
    assert listed["format"] == {"allOf": [{"$ref": "#/components/schemas/SeriesFormatEnum"}], "default": "list"}
    assert schema["components"]["schemas"]["SeriesFormatEnum"]["enum"] == ["list", "columns"]


def test_default_of_a_choice_is_one_of_the_choices(schema: dict[str, Any]) -> None:
    """A default of '' made the generator of Python clients leave out the lists of stocks and sectors."""
    named = schema["components"]["schemas"]
    parameters = [part["schema"] for each in operations(schema) for part in each.get("parameters", [])]
    chosen = [part for part in parameters if "allOf" in part and "default" in part]

    assert len(chosen) > 5
    for part in chosen:
        assert part["default"] in named[part["allOf"][0]["$ref"].rsplit("/", 1)[1]]["enum"]


def test_choices_that_nobody_named_are_named_after_themselves() -> None:
    """A missing name was a KeyError, and the whole document a 500."""
    parameter = {"name": "by", "schema": {"type": "string", "enum": ["bar", "trading_day"]}}
    made: dict[str, Any] = {"paths": {"/x": {"get": {"parameters": [parameter]}}}, "components": {"schemas": {}}}

    name_parameter_enums(made)

    assert parameter["schema"] == {"allOf": [{"$ref": "#/components/schemas/BarTradingDayEnum"}]}
    assert made["components"]["schemas"]["BarTradingDayEnum"]["enum"] == ["bar", "trading_day"]
