"""What holds for all tests."""

import hypothesis

# A slow machine is no failure, and a check that everybody runs gives everybody the same answer.
hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.load_profile("project")
