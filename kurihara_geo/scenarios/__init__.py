"""Many runs: scenario files, sweeps and their cache; may use every room below."""
