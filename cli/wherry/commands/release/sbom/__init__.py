"""Bills of materials: what is in a program, in the formats of CycloneDX and SPDX."""
