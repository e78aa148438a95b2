class InvalidOrder(Exception):
    pass


def main(order: dict):
    missing = sorted({"sku", "count"} - order.keys())
    if missing:
        raise InvalidOrder(f"missing: {', '.join(missing)}")
    if order["count"] < 1:
        return {"wm_failure": "nothing ordered", "order": order}
    return {"ok": True, "total": order["count"] * order.get("price", 1.5)}
