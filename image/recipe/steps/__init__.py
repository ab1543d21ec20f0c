"""The image's build, one step a module: base (packages), initrd, root, release. Each is cached by the hash of its inputs."""
