"""Prometheus' text format, version 0.0.4, read strictly: whatever its grammar does not allow is an error."""

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? (\S+)")
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


class Family:
    def __init__(self, name, help_text):
        self.name, self.help, self.type = name, help_text, None
        self.samples = {}  # (name, sorted label pairs) → value


class Exposition:
    def __init__(self, text):
        self.families = {}
        if not text.endswith("\n"):
            raise AssertionError("the last line has no end")
        family = None
        for line in text[:-1].split("\n"):
            family = self._read(line, family)
        for family in self.families.values():
            if family.type == "histogram":
                check_histograms(family)

    def _read(self, line, family):
        if line.startswith("# HELP "):
            name, _, help_text = line[7:].partition(" ")
            if name in self.families or not re.fullmatch(NAME, name) or not help_text:
                raise AssertionError(f"told twice, or badly: {line!r}")
            self.families[name] = Family(name, help_text)
            return self.families[name]
        if line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if family is None or name != family.name or family.type or family.samples:
                raise AssertionError(f"out of place: {line!r}")
            if kind not in ("counter", "gauge", "histogram"):
                raise AssertionError(f"no such type: {line!r}")
            family.type = kind
            return family
        self._read_sample(line, family)
        return family

    def _read_sample(self, line, family):
        match = SAMPLE.fullmatch(line)
        if not match or family is None or not family.type:
            raise AssertionError(f"no sample: {line!r}")
        name, labels, value = match[1], match[2] or "", float(match.groups()[-1])
        suffixes = ("_bucket", "_sum", "_count") if family.type == "histogram" else ("",)
        if name not in [family.name + suffix for suffix in suffixes]:
            raise AssertionError(f"not of {family.name}: {line!r}")
        pairs = [(label, re.sub(r"\\.", lambda found: ESCAPES[found[0]], text))
                 for label, text in re.findall(LABEL, labels)]
        key = (name, tuple(sorted(pairs)))
        if key in family.samples or len(dict(pairs)) != len(pairs):
            raise AssertionError(f"told twice: {line!r}")
        family.samples[key] = value

    def value(self, name, **labels):
        """One sample, by its whole name and all of its labels."""
        return next(family for family in self.families.values() if (name, as_key(labels)) in family.samples).samples[
            (name, as_key(labels))
        ]

    def sums(self, name, *by):
        """Its samples summed up by these labels; sums of 0 are left out."""
        sums = {}
        for family in self.families.values():
            for (sample, pairs), value in family.samples.items():
                if sample == name and value:
                    key = tuple(dict(pairs)[label] for label in by)
                    sums[key] = sums.get(key, 0) + value
        return sums

    def counters(self):
        """All that may only grow."""
        return {key: value for family in self.families.values() if family.type != "gauge"
                for key, value in family.samples.items()}


def as_key(labels):
    return tuple(sorted(labels.items()))


def check_histograms(family):
    """The buckets go up to the count of all, in their bounds and in their counts."""
    series = {}
    for (name, pairs), value in family.samples.items():
        labels = dict(pairs)
        bound = labels.pop("le", None)
        series.setdefault(as_key(labels), {})[name.removeprefix(family.name), bound] = value
    for labels, samples in series.items():
        buckets = [(float(bound), value) for (part, bound), value in samples.items() if part == "_bucket"]
        if buckets != sorted(buckets) or [value for _, value in buckets] != sorted(value for _, value in buckets):
            raise AssertionError(f"buckets of {family.name}{labels} do not go up: {buckets}")
        if buckets[-1] != (float("inf"), samples["_count", None]) or ("_sum", None) not in samples:
            raise AssertionError(f"{family.name}{labels} has no whole count")
