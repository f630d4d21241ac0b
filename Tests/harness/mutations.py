"""Finds every place in Swift sources where one small fault can be put, and draws from them by a seed."""
import dataclasses
import pathlib
import random
import re

TARGETS = ["Domain", "Executions", "Identity"]
# Of one file, so that a long table of constants does not fill the draw.
MOST_OF_A_FILE = 3

# (kind, what is looked for in code, what it becomes). Spaces around keep generics and closures out.
CODE = [
    ("comparison", r"(?<= )<=(?= )", "<"), ("comparison", r"(?<= )>=(?= )", ">"),
    ("comparison", r"(?<= )<(?= )", "<="), ("comparison", r"(?<= )>(?= )", ">="),
    ("equality", r"(?<= )==(?= )", "!="), ("equality", r"(?<= )!=(?= )", "=="),
    ("logic", r"(?<= )&&(?= )", "||"), ("logic", r"(?<= )\|\|(?= )", "&&"),
    ("arithmetic", r"(?<= )\+(?= )", "-"), ("arithmetic", r"(?<= )-(?= )", "+"),
    ("bound", r"(?<=\w)\.\.<(?=[\w(])", "..."), ("bound", r"(?<=\w)\.\.\.(?=\w)", "..<"),
    ("constant", r"\btrue\b", "false"), ("constant", r"\bfalse\b", "true"),
]
SQL = [
    ("SQL comparison", r"(?<= )<=(?= )", "<"), ("SQL comparison", r"(?<= )>=(?= )", ">"),
    ("SQL comparison", r"(?<= )<(?= )", "<="), ("SQL comparison", r"(?<= )>(?= )", ">="),
]
NUMBER = re.compile(r"(?<![\w.$\"])\d[\d_]*(?![\w.xb])")
CONDITION = re.compile(r"^(\s*(?:\}\s*else\s+)?(?:if|guard)\s+)(?!let\b|var\b|case\b|try\b|#)([^{}]*?)(\s+(?:else\s*)?\{.*)$")
STATEMENT = re.compile(r"^\s+(?!return\b|throw\b|let\b|var\b|case\b|if\b|for\b|super\b|self\.init|self\.\w+ = \w+$|\.)(?:try )?[\w.]+(?:\[[^\]]*\])?(?:\(.*\)| [-+]?= .+)$")
# A buffer of another size is no fault.
SIZES = re.compile(r"repeating:|reserveCapacity")
THROWING = re.compile(r"\{ throw [^{}]+ \}")
# A clause of a WHERE, up to the next one or to what ends it. `?` stands for a place of a bulk statement, whose values are counted.
CLAUSE = re.compile(r"\bAND (?:(?! AND | OR | ORDER BY | GROUP BY | LIMIT | FOR UPDATE|\"|\?).)+")


@dataclasses.dataclass(frozen=True)
class Mutant:
    target: str
    path: str
    line: int
    kind: str
    before: str
    after: str

    def applied_to(self, text):
        lines = text.split("\n")
        assert lines[self.line - 1] == self.before
        lines[self.line - 1] = self.after
        return "\n".join(lines)

    def json(self):
        return {"path": self.path, "line": self.line, "kind": self.kind, "diff": f"- {self.before.strip()}\n+ {self.after.strip()}"}


def draw(root, seed):
    """All mutants of the tree at `root` in the order of this seed: one of a line, at most three of a file come first."""
    found = []
    for target in TARGETS:
        for path in sorted((root / "Sources" / target).rglob("*.swift")):
            found += [Mutant(target, str(path.relative_to(root)), *place) for place in places(path.read_text())]
    random.Random(seed).shuffle(found)
    first, later, lines, files = [], [], set(), {}
    for mutant in found:
        is_new = (mutant.path, mutant.line) not in lines and files.get(mutant.path, 0) < MOST_OF_A_FILE
        (first if is_new else later).append(mutant)
        if is_new:
            lines.add((mutant.path, mutant.line))
            files[mutant.path] = files.get(mutant.path, 0) + 1
    return first + later


def places(text):
    """(line number, kind, line, changed line) for each fault that fits into `text`."""
    inside, is_sql = False, False
    for number, line in enumerate(text.split("\n"), 1):
        if line.count('"""') % 2:
            inside = not inside
            is_sql = False
            continue
        if inside:
            is_sql = is_sql or bool(re.search(r"\b(SELECT|UPDATE|DELETE|INSERT|WHERE|FROM)\b", line))
            if is_sql:
                yield from in_sql(number, line, 0, len(line))
        elif not re.match(r"\s*(//|import |package import |@|\}?$)", line):
            yield from in_code(number, line)


def in_code(number, line):
    """Faults outside string literals and comments, and in the SQL of a literal."""
    spans = [match.span() for match in re.finditer(r'"(?:[^"\\]|\\.)*"', line)]
    comment = next((match.start() for match in re.finditer(r"//", line) if not within(match.start(), spans)), len(line))

    def is_code(at):
        return at < comment and not within(at, spans)
    for kind, pattern, new in CODE:
        for match in re.finditer(pattern, line):
            # Of texts, `+` joins: its opposite never compiles.
            if is_code(match.start()) and not (kind == "arithmetic" and spans):
                yield number, kind, line, line[:match.start()] + new + line[match.end():]
    for match in () if SIZES.search(line) else NUMBER.finditer(line):
        if is_code(match.start()):
            yield number, "bound", line, line[:match.start()] + str(int(match[0].replace("_", "")) + 1) + line[match.end():]
    if (match := CONDITION.match(line)) and balanced(match[2]) and "," not in match[2]:
        yield number, "condition", line, f"{match[1]}!({match[2]}){match[3]}"
    if STATEMENT.match(line) and balanced(line):
        yield number, "statement", line, ""
    if match := THROWING.search(line):
        if re.match(r"\s*if\b", line):
            yield number, "throw", line, line[:match.start()] + "{}" + line[match.end():]
    for start, end in spans:
        if re.search(r"\b(WHERE|AND)\b", line[start:end]) and end <= comment:
            yield from in_sql(number, line, start, end)


def in_sql(number, line, start, end):
    for kind, pattern, new in SQL:
        for match in re.finditer(pattern, line[start:end]):
            yield number, kind, line, line[:start + match.start()] + new + line[start + match.end():]
    for match in CLAUSE.finditer(line, start, end):
        clause = match[0].rstrip()
        while clause.endswith(")") and clause.count(")") > clause.count("("):
            clause = clause[:-1]
        # `x BETWEEN a AND b` is one clause.
        if balanced(clause) and "BETWEEN" not in line[start:match.start()]:
            yield number, "SQL clause", line, line[:match.start()] + line[match.start() + len(clause):]


def within(at, spans):
    return any(start <= at < end for start, end in spans)


def balanced(text):
    depth = 0
    for character in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0
