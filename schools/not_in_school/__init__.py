"""The register of children not in school, which the Children's Wellbeing and Schools Act 2026 asks for."""
