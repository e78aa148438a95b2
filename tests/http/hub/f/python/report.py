import csv
import io


def main(table: str, column: str, minimum: float = 0):
    rows = [row for row in csv.DictReader(io.StringIO(table)) if float(row[column]) >= minimum]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerows([row[column], *(value for key, value in row.items() if key != column)] for row in rows)
    return {
        "windmill_content_type": "text/csv",
        "windmill_headers": {"Content-Disposition": 'attachment; filename="report.csv"'},
        "result": out.getvalue(),
    }
