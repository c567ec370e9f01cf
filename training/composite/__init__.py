"""Objects of ours rendered into real photographs: pixels that are real, labels that are exact for what was put in."""
