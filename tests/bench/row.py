"""What is measured in one go, as the bench deals with it."""


class Row:
    """name: for --only. servers: the names of those that have to run. refused: whose figures are not told, and why."""

    def check(self, servers):
        """Asks once what will be measured, before all rounds."""

    def take(self, servers, round_number, seconds):
        """A round: one sample of everybody."""
        raise NotImplementedError

    def close(self, servers):
        """Reads what the servers know, before they end."""

    def results(self):
        """Its lines of the table of goals."""
        return []

    def details(self):
        """Its lines of the table of all that was measured."""
        return []
