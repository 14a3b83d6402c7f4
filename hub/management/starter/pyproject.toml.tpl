[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "omnihub-$kind"
version = "0.1.0"
description = "$label as a channel of Omnihub."
readme = "README.md"
requires-python = ">=3.11"
dependencies = []  # the hub brings itself: a connector is installed beside it

[project.entry-points."omnihub.connectors"]
$kind = "$package"

[tool.hatch.build.targets.wheel]
packages = ["$package"]

[tool.pytest.ini_options]
pythonpath = ["."]
