// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let devices = RuleFunction("devices_known", "c") {
        RuleBody(unless: .devices) { input.devices == [] }
        RuleBody(needs: .devices) {
            bind(
                "vfio",
                arrayOf(v.d) {
                    some("d", in: input.devices)
                    startsWith(v.d.container_path, settings.vfio_path)
                })
            every("d", in: input.devices) {
                deviceKnown(v.c, v.d)
            }
            vfioDevices(v.c, v.vfio)
        }
    }

    static let deviceKnown = RuleFunction("device_known", "c", "d") {
        RuleBody {
            not(startsWith(v.d.container_path, settings.vfio_path))
            isIn(v.d.container_path, v.c.devices)
        }
        RuleBody {
            startsWith(v.d.container_path, settings.vfio_path)
            vfioInput(v.c, v.d)
        }
    }

    /// A device group by its number, with the addresses of its functions on the host and in the guest.
    static let vfioInput = RuleFunction("vfio_device", "c", "d") {
        RuleBody {
            bind("number", trimPrefix(v.d.container_path, settings.vfio_path))
            matches("^[0-9]+$", v.number)
            v.d.id == concat("", ["vfio", v.number])
            some("p", in: v.c.vfio)
            v.p.type_ == v.d.type_
            v.p.vm_path == v.d.vm_path
            count(v.d.options) >= 1
            every("option", in: v.d.options) {
                matches(
                    "^[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7]=[0-9a-fA-F]{2}/[0-9a-fA-F]{2}$", v.option)
            }
        }
    }

    /// How many there are, and how they relate to what annotations announce: none; plugged in while the sandbox runs,
    /// one by one; or there from the start, so that only annotations tell.
    static let vfioDevices = RuleFunction("vfio_count", "c", "vfio") {
        RuleBody {
            v.vfio == []
            v.c.vfio == []
        }
        RuleBody {
            count(v.vfio) == count(v.c.vfio)
            bind("numbers", deviceNumbers(v.vfio))
            count(v.numbers) == count(v.vfio)
            v.numbers == cdiNumbers()
        }
        RuleBody {
            v.vfio == []
            count(v.c.vfio) >= 1
            count(cdiNumbers()) == count(v.c.vfio)
        }
    }

    static let deviceNumbers = RuleFunction("device_numbers", "vfio") {
        RuleBody(v.numbers) {
            bind(
                "numbers",
                setOf(trimPrefix(v.d.container_path, settings.vfio_path)) { some("d", in: v.vfio) })
        }
    }

    static let cdiNumbers = RuleFunction("cdi_numbers") {
        RuleBody(v.numbers) {
            bind(
                "numbers",
                setOf(v.number) {
                    some("key", "_", in: input.OCI.Annotations)
                    startsWith(v.key, "cdi.k8s.io/vfio")
                    bind("number", trimPrefix(v.key, "cdi.k8s.io/vfio"))
                    matches("^[0-9]+$", v.number)
                })
        }
    }
}
