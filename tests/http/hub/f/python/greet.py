#requirements:
#
# The block above names packages for Windmill. Defaults make a field optional in its forms.


def main(name: str, times: int = 2, loud: bool = False, note: str | None = None):
    line = f"Hello, {name}" + (f" ({note})" if note else "")
    print(line)
    return [line.upper() if loud else line] * times
