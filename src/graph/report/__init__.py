"""Writers: one Diagnostic, many forms, one file each."""
