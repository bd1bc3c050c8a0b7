"""Interlock: a git-backed catalog of manufacturing event contracts, with compatibility that is proved or refuted by a witness."""
