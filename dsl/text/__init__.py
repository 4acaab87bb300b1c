"""Rule text in, statements out: lines, tokens, trees, and the words of mistakes."""
