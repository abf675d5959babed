"""Each house rule catches its planted violation and lets the right way pass. What does not belong here: ruff."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.house.lint import command

DOC = '"""A module. What does not belong here: the rest."""\n'
OWNED = DOC + "from apps.core.models import {0}\nclass Order({0}):\n    pass\n"


def lines(count: int) -> str:
    return DOC + "x = 1\n" * (count - 1)


def function(count: int) -> str:
    return DOC + "def f():\n" + "    x = 1\n" * (count - 1)


def findings(tmp_path: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [f"{found.path} {found.line} {found.rule}" for found in command.lint(root=tmp_path)]


# Each row: the rule, the file, the text under its docstring, the line of the finding.
VIOLATIONS = [
    ("L00", "engine/broken.py", "def f(:\n", 2),
    ("L01", "apps/trading/managers.py", "", 1),
    ("L01", "apps/trading/helpers/orders.py", "", 1),
    ("L01", "apps/trading/clock.py", "", 1),
    ("L02", "engine/utils.py", "", 1),
    ("L02", "apps/core/utils/text.py", "", 1),
    ("L02", "engine/kernel_v2.py", "", 1),
    ("E01", "apps/trading/views.py", "def get(r):\n    if r:\n        return 1\n", 3),
    ("E01", "apps/trading/views/orders.py", "def get(r):\n    return 1 if r else 2\n", 3),
    ("E01", "apps/trading/tasks.py", "def run():\n    try:\n        pass\n    finally:\n        pass\n", 3),
    ("E01", "apps/trading/tasks.py", "def run():\n    match 1:\n        case 1:\n            pass\n", 3),
    ("E02", "apps/trading/views.py", "x = Order.objects\n", 2),
    ("E02", "apps/trading/serializers.py", "x = Order.objects\n", 2),
    ("E02", "apps/trading/tasks.py", "x = Order.objects\n", 2),
    ("E03", "apps/trading/views.py", "def post(r):\n    services.a()\n    services.orders.b()\n", 4),
    ("E03", "apps/trading/tasks.py", "def run():\n    wallet_services.a()\n    selectors.b()\n", 4),
    ("E04", "apps/trading/views.py", "class OrderList(APIView):\n    pass\n", 2),
    ("E04", "apps/trading/views.py", "class Orders(generics.ListAPIView[Order]):\n    pass\n", 2),
    ("E05", "apps/trading/tasks.py", "@shared_task\ndef fill(): pass\n", 3),
    ("E05", "apps/trading/tasks.py", "@shared_task()\ndef fill(): pass\n", 3),
    ("E05", "apps/trading/tasks.py", '@shared_task(name="wallet.fill_order")\ndef fill(): pass\n', 3),
    ("E05", "apps/trading/tasks.py", '@shared_task(name="trading.fill")\ndef fill(): pass\n', 3),
    ("E06", "apps/trading/serializers.py", "class OrderIn(Serializer):\n    def create(self, d): pass\n", 3),
    ("E06", "apps/trading/serializers.py", "class OrderIn(Serializer):\n    def update(self, d): pass\n", 3),
    ("E06", "apps/trading/serializers.py", "class OrderIn(Serializer):\n    def save(self): pass\n", 3),
    ("E06", "apps/trading/serializers.py", "def f(order):\n    order.save()\n", 3),
    ("E07", "apps/trading/models.py", "class Order(Model):\n    def save(self, **k): pass\n", 3),
    ("E08", "apps/trading/services.py", "def place_order(user, quantity): pass\n", 2),
    ("E08", "apps/trading/services/orders.py", "def _price(a, b, /): pass\n", 2),
    ("E08", "apps/trading/selectors.py", "class Page:\n    def of(self, a, b): pass\n", 3),
    ("E08", "apps/trading/services.py", "def place_order(*parts): pass\n", 2),
    ("E08", "apps/trading/tasks.py", "def fill(order_id): pass\n", 2),
    ("I01", "apps/trading/views.py", "from apps.trading.models import Order\n", 2),
    ("I01", "apps/trading/views.py", "from apps.trading import models\n", 2),
    ("I01", "apps/trading/tasks.py", "import apps.trading.models\n", 2),
    ("I02", "apps/trading/services.py", "from django.db.models.signals import post_save\n", 2),
    ("I02", "apps/trading/apps.py", "from django.db.models import signals\n", 2),
    ("I02", "config/start.py", "from django.dispatch import receiver\n", 2),
    ("I03", "apps/trading/services.py", "from apps.wallet import models as wallet_models\n", 2),
    ("I03", "apps/trading/services.py", "from apps.wallet.models import Entry\n", 2),
    ("I03", "apps/trading/services.py", "from apps.wallet.tasks import settle\n", 2),
    ("I03", "apps/trading/services.py", "import apps.wallet.serializers\n", 2),
    ("I04", "apps/trading/services.py", "from apps.wallet.services import post_entry\n", 2),
    ("I04", "apps/trading/views.py", "from apps.trading.selectors import get_order\n", 2),
    ("S01", "apps/trading/views.py", "def get(r):\n    return selectors.list_orders_unscoped()\n", 3),
    ("S01", "apps/trading/admin.py", "rows = Order.objects.unscoped()\n", 2),
    ("S01", "apps/trading/serializers.py", "from apps.trading.selectors import a_unscoped\n", 2),
    ("S01", "apps/trading/models.py", "def orders_unscoped(): pass\n", 2),
    ("S01", "config/start.py", "selectors.list_orders_unscoped()\n", 2),
    ("S01", "apps/stocks/selectors/__init__.py", "from apps.users.selectors.rows import a_unscoped\n", 2),
    ("S01", "apps/stocks/selectors.py", "def list_stocks():\n    return f.list_unscoped()\n", 3),
    ("S02", "apps/users/selectors.py", "def get_user(*, user_id): pass\n", 2),
    ("S02", "apps/users/selectors/people.py", "def get_user(user): pass\n", 2),
    ("W01", "engine/x.py", "try:\n    pass\nexcept:\n    pass\n", 4),
    ("W01", "scripts/x.py", "try:\n    pass\nexcept Exception:\n    pass\n", 4),
    ("W01", "tests/x.py", "try:\n    pass\nexcept (ValueError, BaseException):\n    pass\n", 4),
    ("W02", "engine/x.py", "x = 1  # TO" + "DO: later\n", 2),
    ("W02", "engine/x.py", "# FIX" + "ME\n", 2),
    ("W03", "engine/x.py", "print(1)\n", 2),
    ("W03", "apps/trading/management/commands/x.py", "print(1)\n", 2),
    ("W04", "apps/trading/services.py", 'def f():\n    return False, "no money"\n', 3),
    ("W05", "engine/x.py", 'x = "/ro' + 'ot/data"\n', 2),
    ("W05", "docs/x.md", "See file:///ho" + "me/someone/notes.\n", 2),
]

# Each row: a file and a text that keeps the rules.
KEPT = [
    ("apps/stocks/selectors/__init__.py", "from apps.stocks.selectors.rows import a_unscoped\n"),
    ("apps/core/clock.py", ""),
    ("apps/trading/services/orders.py", "def place_order(user, *, quantity): pass\n"),
    ("apps/trading/apps.py", ""),
    ("apps/trading/migrations/0001_initial.py", "x = 1\n" * 400),
    ("apps/trading/management/commands/settle.py", "selectors.list_orders_unscoped()\n"),
    ("apps/trading/views.py", "class OrderView(APIView):\n    def get(self, r):\n        return selectors.a(user=r)\n"),
    ("apps/trading/views.py", "class BearerAuthentication(BaseAuthentication):\n    pass\n"),
    ("apps/trading/views.py", "if TYPE_CHECKING:\n    from apps.users.models import User\n"),
    ("apps/trading/tasks.py", '@shared_task(name="trading.fill_order")\ndef fill(*, order_id, **_): services.fill()\n'),
    ("apps/trading/services.py", "if TYPE_CHECKING:\n    from apps.users.models import User\n"),
    ("apps/trading/services.py", "from apps.wallet import services as wallet_services\n"),
    ("apps/trading/services.py", "from apps.wallet.services import ledger\n"),
    ("apps/trading/services/__init__.py", "from apps.trading.services.orders import place_order\n"),
    ("apps/trading/services.py", "from apps.core.money import rupees\n"),
    ("apps/trading/services.py", "from apps.wallet.services import Receipt\n"),
    ("apps/trading/services.py", "selectors.list_orders_unscoped()\n"),
    ("apps/trading/selectors.py", "def list_a_unscoped():\n    return Order.objects.unscoped()\n"),
    ("apps/adminpanel/views.py", "def get(r):\n    return selectors.list_orders_unscoped()\n"),
    ("apps/trading/enums.py", "def f():\n    return 1, 2\n"),
    ("engine/x.py", "try:\n    pass\nexcept (ValueError, OSError):\n    pass\n"),
    ("engine/x.py", "# TO" + "DO #12: later\n"),
    ("engine/x.py", 'x = "https://example.com/ho' + 'me/page"\n'),
    ("scripts/x.py", "print(1)\n"),
]


@pytest.mark.parametrize(("rule", "name", "text", "line"), VIOLATIONS)
def test_a_planted_violation_is_found_at_its_line(tmp_path: Path, rule: str, name: str, text: str, line: int) -> None:
    planted = text if name.endswith(".md") else DOC + text
    expected = line - 1 if name.endswith(".md") else line
    assert f"{name} {expected} {rule}" in findings(tmp_path, {name: planted})


@pytest.mark.parametrize(("name", "text"), KEPT)
def test_the_right_way_passes(tmp_path: Path, name: str, text: str) -> None:
    ledger = {"apps/wallet/services/ledger.py": DOC}
    assert findings(tmp_path, {**ledger, name: DOC + text}) == []


@pytest.mark.parametrize(
    ("name", "most"), [("engine/x.py", 300), ("tests/engine/x.py", 400), ("scripts/house/x.py", 300)]
)
def test_the_size_limit_of_a_file_is_exact(tmp_path: Path, name: str, most: int) -> None:
    assert findings(tmp_path, {name: lines(most)}) == []
    assert findings(tmp_path, {name: lines(most + 1)}) == [f"{name} 1 L03"]


def test_the_size_limit_of_a_function_is_exact(tmp_path: Path) -> None:
    assert findings(tmp_path, {"engine/x.py": function(50)}) == []
    assert findings(tmp_path, {"engine/x.py": function(51)}) == ["engine/x.py 2 L04"]


def test_a_module_without_docstring_is_found_and_an_empty_one_is_not(tmp_path: Path) -> None:
    assert findings(tmp_path, {"engine/__init__.py": "", "engine/x.py": "x = 1\n"}) == ["engine/x.py 1 L05"]


@pytest.mark.parametrize("base", ["OwnedModel", "IndexedOwnedModel"])
@pytest.mark.parametrize("mention", ["from apps.trading.models import Order\n", "rows = models.Order\n"])
def test_selectors_beside_an_owned_model_take_the_user(tmp_path: Path, mention: str, base: str) -> None:
    """Shared rows of the same app are read in a module that does not name the owned model."""
    functions = "def list_orders(*, day): pass\ndef _page(rows): pass\ndef a_unscoped(): pass\ndef b(*, user): pass\n"
    shared = {"apps/trading/selectors/ticks.py": DOC + functions, "apps/trading/models.py": OWNED.format(base)}
    assert findings(tmp_path, shared) == []
    owned = {"apps/trading/selectors/orders.py": DOC + mention + functions}
    assert findings(tmp_path, owned) == ["apps/trading/selectors/orders.py 3 S02"]


def test_the_command_says_what_to_do_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings(tmp_path, {"engine/utils.py": DOC})
    assert command.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("engine/utils.py:1: L02 'utils' says nothing: name the module after")
