"""Getting the answers: people, samples, allocation, checking."""
