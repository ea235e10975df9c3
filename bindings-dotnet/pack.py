#!/usr/bin/env python3
"""pack.py FOLDER NUPKG: a folder with a nuspec as a NuGet package, which is a zip that follows the Open Packaging Conventions."""

import sys
import zipfile
from pathlib import Path

RELATIONSHIPS = """<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/{nuspec}" Id="R1" />
</Relationships>
"""

TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
{defaults}{overrides}</Types>
"""


def main() -> None:
    folder, package = map(Path, sys.argv[1:])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    nuspec = next(path.name for path in files if path.suffix == ".nuspec")
    suffixes = sorted({path.suffix[1:] for path in files if path.suffix})
    defaults = "".join(f'  <Default Extension="{suffix}" ContentType="application/octet" />\n' for suffix in suffixes)
    bare = [path.relative_to(folder).as_posix() for path in files if not path.suffix]
    overrides = "".join(f'  <Override PartName="/{name}" ContentType="application/octet" />\n' for name in bare)
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("_rels/.rels", RELATIONSHIPS.format(nuspec=nuspec))
        out.writestr("[Content_Types].xml", TYPES.format(defaults=defaults, overrides=overrides))
        for path in files:
            out.write(path, path.relative_to(folder).as_posix())


main()
