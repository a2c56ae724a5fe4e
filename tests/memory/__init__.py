"""A store that lives in memory: the twin of ``hub.store`` under the same contract, fast enough for a simulator."""
