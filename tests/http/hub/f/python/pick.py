from typing import Any, Dict, List, Literal, Optional


def main(
    words: List[str],
    order: Literal["asc", "desc", "length"] = "asc",
    limit: Optional[int] = None,
    extra: Dict[str, Any] = {},
    ratio: float = 0.5,
):
    key = len if order == "length" else None
    chosen = sorted(words, key=key, reverse=order == "desc")[:limit]
    return {"chosen": chosen, "extra": extra, "half": round(len(words) * ratio)}
