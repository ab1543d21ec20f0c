"""A datacenter in a network namespace: racks, switches, servers, drives and a boot server, described by one YAML file.

`image/lab` is this package's command line; the netboot tests use it as a library (`Datacenter`).
"""
