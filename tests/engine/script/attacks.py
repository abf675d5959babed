"""Scripts that mean harm, each with its code, line and column, beside those in ``refusals`` and ``test_refused``.

What does not belong here: scripts that go too far only on the bars (``test_limits``).
"""

from __future__ import annotations

Refusal = tuple[str, str, int, int]

# Ways out of a Python sandbox.
PYTHON: dict[str, Refusal] = {
    "builtins_dict": ('x = __builtins__["eval"]("1")', "SYNTAX", 3, 25),
    "class_base_walk": ('x = "".__class__.__base__.__subclasses__()', "SYNTAX", 3, 7),
    "format_field": ('x = "{0.__class__.__init__.__globals__}".format(close)', "SYNTAX", 3, 41),
    "generator_frame": ("g = (x for x in [1])", "UNSUPPORTED", 3, 14),
    "walrus": ("if (n := 10) > 5\n    x = 1", "SYNTAX", 3, 7),
    "comprehension": ("x = [i for i in range(9)]", "UNSUPPORTED", 3, 14),
    "decorator": ("@property\nf() => 1", "SYNTAX", 3, 1),
    "with_open": ('with open("/etc/passwd") as f: x = 1', "SYNTAX", 3, 10),
    "try_except": ("try:\n    x = 1", "SYNTAX", 3, 4),
    "global_statement": ("global x", "SYNTAX", 3, 8),
    "star_arguments": ("x = math.max(*close)", "SYNTAX", 3, 14),
    "dictionary": ('x = {"a": 1}', "SYNTAX", 3, 5),
    "set_attribute": ("close.x = 1", "SYNTAX", 3, 1),
    "compile_call": ('x = compile("1", "", "eval")', "UNKNOWN_NAME", 3, 5),
    "print_reduce": ("x = print.__reduce__()", "UNKNOWN_NAME", 3, 5),
    "async_function": ("async f() => 1", "SYNTAX", 3, 8),
    "os_system": ('os.system("id")', "UNKNOWN_NAME", 3, 1),
}
# Templates, shells, addresses, pickles and documents of other kinds.
OTHERS: dict[str, Refusal] = {
    "jinja": ("x = {{ 7 * 7 }}", "SYNTAX", 3, 5),
    "shell": ("x = $(id)", "SYNTAX", 3, 5),
    "shell_backticks": ("x = `id`", "SYNTAX", 3, 5),
    "url_import": ('import "http://localhost/x" as y', "UNSUPPORTED", 3, 1),
    "pickle_bytes": ("cos\nsystem\n(S'id'\ntR.", "SYNTAX", 6, 3),
    "yaml_tag": ("x: !!python/object/apply:os.system [id]", "SYNTAX", 3, 4),
    "html": ("<script>alert(1)</script>", "SYNTAX", 3, 18),
    "javascript": ("const f = () => { return 1; };", "SYNTAX", 3, 17),
    "json_document": ('{"name": "x"}', "SYNTAX", 3, 1),
    "format_percent": ("x = %s", "SYNTAX", 3, 5),
}
# Pine in its shape: bombs, towers, look-ahead, names that are not there to be changed.
PINE: dict[str, Refusal] = {
    "regex_bomb": ('x = str.match("aaaaaaaa", "(a+)+$") > 1', "TYPE", 3, 5),
    "number_tower": ("x = 9e999 > 1 ? math.pow(9, math.pow(9, math.pow(9, 9))) : 1\ny = x + true", "TYPE", 4, 9),
    "string_bomb": ('s = "a"\ns += s\nx = s * 1000000', "TYPE", 4, 6),
    "range_bomb": ("for i = 0 to na\n    x = i", "TYPE", 3, 14),
    "infinite_length": ("x = ta.sma(close, 1e15)", "ARGUMENT", 3, 19),
    "length_of_na": ("x = ta.sma(close, na)", "ARGUMENT", 3, 19),
    "length_of_expression": ("x = ta.sma(close, int(close))", "ARGUMENT", 3, 19),
    "length_of_nothing": ("x = ta.sma(close, 10 / 0)", "ARGUMENT", 3, 19),
    "length_of_one_bar": ("x = ta.rsi(close, 1)", "ARGUMENT", 3, 19),
    "input_of_nothing": ("x = input.int(1 / 0)", "ARGUMENT", 3, 15),
    "input_of_everything": ("x = input.int(int(9e999))", "ARGUMENT", 3, 15),
    "input_of_fractions_of_nothing": ("x = input.float(0 / 0)", "ARGUMENT", 3, 17),
    "option_of_nothing": ("x = input.int(1, options=[1, 1 / 0])", "ARGUMENT", 3, 30),
    "input_above_nothing": ("x = input.int(1, minval=1 / 0)", "ARGUMENT", 3, 25),
    "input_below_everything": ("x = input.float(1.0, maxval=9e999)", "ARGUMENT", 3, 29),
    "negative_history": ("x = close[-5]", "ARGUMENT", 3, 11),
    "history_of_history": ("x = close[close[1]]\ny = x + 'a'", "TYPE", 4, 9),
    "history_of_nothing": ("x = close[na]", "TYPE", 3, 11),
    "self_reference": ("x = x + 1", "UNKNOWN_NAME", 3, 5),
    "mutual_recursion": ("f(x) => g(x)\ng(x) => f(x)\ny = f(1)", "SCOPE", 4, 9),
    "function_returns_itself": ("f() => f\ny = f()", "TYPE", 3, 8),
    "input_with_huge_bounds": ("n = input.int(5, minval=1e300)", "ARGUMENT", 3, 15),
    "session_bomb": ('x = time("D", "' + "0900-1000," * 90 + '")', "ARGUMENT", 3, 15),
    "calls_a_namespace": ("x = ta(close)", "UNKNOWN_NAME", 3, 5),
    "calls_a_price": ("x = close()", "UNKNOWN_NAME", 3, 5),
    "index_a_function": ("x = ta.sma[1]", "UNSUPPORTED", 3, 5),
    "assigns_a_built_in": ("close := 5", "UNKNOWN_NAME", 3, 1),
    "assigns_the_position": ("strategy.position_size := 100", "UNKNOWN_NAME", 3, 1),
    "shadowed_strategy": ("strategy = 1", "REDEFINED", 3, 1),
    "loop_without_body": ("while true", "SYNTAX", 1, 1),
    "unicode_escape": ("x = \\u0061", "SYNTAX", 3, 5),
    "null_in_string": ('x = "a\x00b"', "CHARACTER", 3, 7),
    "overlong_comment_end": ("x = 1 /* comment */", "SYNTAX", 3, 8),
    "request_seed": ('x = request.seed("a", "b", close)', "UNSUPPORTED", 3, 5),
    "ticker": ('x = ticker.new("NSE", "X")', "UNSUPPORTED", 3, 5),
    "array_in_a_loop": ("for x in array.from(1, 2)\n    y = x", "UNSUPPORTED", 3, 10),
    "last_bar": ("x = last_bar_index", "UNSUPPORTED", 3, 5),
    "runtime_error": ('runtime.error("x")', "UNSUPPORTED", 3, 1),
}
