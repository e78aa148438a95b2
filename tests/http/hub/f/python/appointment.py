from datetime import datetime, timedelta


def main(start: datetime, minutes: int = 30, attachment: bytes = b""):
    end = start + timedelta(minutes=minutes)
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "weekday": start.strftime("%A"),
        "attachment": len(attachment),
        "first_bytes": attachment[:4],
    }
