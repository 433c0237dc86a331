"""What every source reads with: files into sheets of text cells, dated formats, typing, findings in words, sidecars."""
