"""Drives an authenticator with python-fido2: a client and a relying party that nobody here has written.

Prints the port, on the loopback, to which the authenticator has to connect, and then what it saw, as JSON.

A frame on the connection is a length (four bytes, big-endian), a kind and what it holds: kind 0 is a CTAP2
request, which gets a frame with the answer, without a kind; kind 1 cuts the power; kind 2 is a packet of CTAPHID,
which gets frames with packets, without a kind.

Without arguments requests go as they are. With the report descriptor of a key, in base64url, they go through
python-fido2's own end of CTAPHID.
"""

import json
import socket
import struct
import sys

from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2 import ClientPin, Config, CredentialManagement, Ctap2, LargeBlobs
from fido2.ctap2.extensions import CredBlobExtension, CredProtectExtension, HmacSecretExtension
from fido2.ctap2.extensions import CredPropsExtension, LargeBlobExtension, MinPinLengthExtension
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2
from fido2.hid import CAPABILITY, CTAPHID, CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor, parse_report_descriptor
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity

RP = PublicKeyCredentialRpEntity(name="Example", id="example.org")
ORIGIN = "https://login.example.org"


class Wire:
    """The connection to the authenticator."""

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            print(server.getsockname()[1], flush=True)
            server.settimeout(60)
            self._socket, _ = server.accept()
        self._socket.settimeout(60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, kind, data):
        self._socket.sendall(struct.pack(">IB", 1 + len(data), kind) + data)

    def receive(self):
        (length,) = struct.unpack(">I", self._exactly(4))
        return self._exactly(length)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                raise ConnectionError("the authenticator has gone")
            data += more
        return data

    def close(self):
        self._socket.close()


class PlainDevice(CtapDevice):
    """A CTAP2 device that takes requests as they are."""

    def __init__(self, wire):
        self._wire = wire

    @property
    def capabilities(self):
        return CAPABILITY.CBOR | CAPABILITY.NMSG

    def call(self, cmd, data=b"", event=None, on_keepalive=None):
        if cmd != CTAPHID.CBOR:
            raise CtapError(CtapError.ERR.INVALID_COMMAND)
        self._wire.send(0, data)
        return self._wire.receive()

    def power_cycle(self):
        self._wire.send(1, b"")

    def close(self):
        self._wire.close()

    @classmethod
    def list_devices(cls):
        return iter(())


class Packets(CtapHidConnection):
    """Packets on the wire."""

    def __init__(self, wire):
        self._wire = wire

    def read_packet(self):
        return self._wire.receive()

    def write_packet(self, data):
        self._wire.send(2, data)

    def close(self):
        self._wire.close()


class HidDevice(CtapHidDevice):
    """A security key: a channel of it."""

    def __init__(self, wire, report_descriptor):
        sizes = parse_report_descriptor(report_descriptor)
        self._wire = wire
        super().__init__(HidDescriptor("wire", 0, 0, *sizes, "Cardea Authenticator", None), Packets(wire))

    def power_cycle(self):
        self._wire.send(1, b"")
        super().__init__(self.descriptor, self._connection)


class Person(UserInteraction):
    """Somebody who knows the PIN."""

    def __init__(self, pin):
        self.pin = pin

    def prompt_up(self):
        pass

    def request_pin(self, permissions, rp_id):
        return self.pin

    def request_uv(self, permissions, rp_id):
        return True


def refused(act):
    """The name of the status with which something is refused."""
    try:
        act()
    except CtapError as error:
        return error.code.name
    except ClientError as error:
        cause = error.cause
        return cause.code.name if isinstance(cause, CtapError) else error.code.name
    return None


def client(device, pin):
    extensions = [
        CredBlobExtension(), CredPropsExtension(), CredProtectExtension(),
        HmacSecretExtension(allow_hmac_secret=True), LargeBlobExtension(), MinPinLengthExtension(),
    ]
    return Fido2Client(device, DefaultClientDataCollector(ORIGIN), Person(pin), extensions)


def register(server, device, pin, handle, **options):
    user = PublicKeyCredentialUserEntity(id=handle, name=handle.decode(), display_name="Ada")
    creation, state = server.register_begin(
        user, options.pop("known", []), resident_key_requirement="required",
        user_verification="required", **options,
    )
    answer = client(device, pin).make_credential(creation.public_key)
    return server.register_complete(state, answer), answer


def sign_in(server, device, pin, credentials, extensions=None, index=0):
    request, state = server.authenticate_begin(
        credentials or None, user_verification="required", extensions=extensions,
    )
    selection = client(device, pin).get_assertion(request.public_key)
    answer = selection.get_response(index)
    known = credentials or sign_in.known
    used = server.authenticate_complete(state, known, answer)
    return used, answer, len(selection.get_assertions())


def pins(device, protocol):
    """A PIN's life: set, used, forgotten, blocked until the power goes, changed."""
    ctap = Ctap2(device)
    pin = ClientPin(ctap, protocol)
    pin.set_pin("1234")
    seen = {"retries": pin.get_pin_retries()[0]}
    permissions = ClientPin.PERMISSION.GET_ASSERTION
    seen["tokens"] = [len(pin.get_pin_token("1234")), len(pin.get_pin_token("1234", permissions, "example.org"))]
    seen["wrong"] = [refused(lambda: pin.get_pin_token("0000")) for _ in range(4)]
    device.power_cycle()
    pin = ClientPin(Ctap2(device), protocol)
    seen["after"] = pin.get_pin_retries()[0]
    pin.change_pin("1234", "567890")
    seen["old"] = refused(lambda: pin.get_pin_token("1234"))
    seen["new"] = len(pin.get_pin_token("567890"))
    Ctap2(device).reset()
    return seen


def ceremonies(device):
    server = Fido2Server(RP, attestation="direct")
    seen = {}
    data, answer = register(
        server, device, "1234", b"ada",
        extensions={"credProps": True, "prf": {}, "largeBlob": {"support": "required"}, "credBlob": b"blob",
                    "credentialProtectionPolicy": "userVerificationOptional"},
    )
    ada = data.credential_data
    seen["format"] = answer.response.attestation_object.fmt
    seen["aaguid"] = str(ada.aaguid)
    seen["flags"] = int(data.flags)
    seen["extensions"] = dict(data.extensions or {})
    seen["again"] = refused(lambda: register(server, device, "1234", b"eve", known=[ada]))
    grace = register(server, device, "1234", b"grace")[0].credential_data
    sign_in.known = [ada, grace]
    used, answer, _ = sign_in(server, device, "1234", [ada])
    seen["used"] = used.credential_id == ada.credential_id
    used, answer, count = sign_in(server, device, "1234", [], index=1)
    seen["accounts"] = [count, answer.response.user_handle.decode()]
    secret = {"prf": {"eval": {"first": b"one", "second": b"two"}}}
    first = sign_in(server, device, "1234", [ada], secret)[1].client_extension_results["prf"]["results"]
    second = sign_in(server, device, "1234", [ada], secret)[1].client_extension_results["prf"]["results"]
    other = sign_in(server, device, "1234", [grace], secret)[1].client_extension_results["prf"]["results"]
    seen["prf"] = [first == second, first != other, first["first"] != first["second"]]
    sign_in(server, device, "1234", [ada], {"largeBlob": {"write": b"a large blob"}})
    read = sign_in(server, device, "1234", [ada], {"largeBlob": {"read": True}})[1]
    seen["blob"] = websafe_decode(read.client_extension_results["largeBlob"]["blob"]).decode()
    small = sign_in(server, device, "1234", [ada], {"getCredBlob": True})[1]
    seen["small"] = small.response.authenticator_data.extensions["credBlob"].decode()
    seen["counter"] = small.response.authenticator_data.counter
    return seen


def management(device):
    """What is listed, renamed and deleted."""
    ctap = Ctap2(device)

    def manager():
        pin = ClientPin(ctap)
        token = pin.get_pin_token("1234", ClientPin.PERMISSION.CREDENTIAL_MGMT)
        return CredentialManagement(ctap, pin.protocol, token)

    manage = manager()
    seen = {"counts": sorted(manage.get_metadata().values())}
    rps = manage.enumerate_rps()
    seen["rps"] = [rp[CredentialManagement.RESULT.RP]["id"] for rp in rps]
    listed = manage.enumerate_creds(rps[0][CredentialManagement.RESULT.RP_ID_HASH])
    seen["users"] = [it[CredentialManagement.RESULT.USER]["name"] for it in listed]
    last = listed[-1]
    user = {"id": last[CredentialManagement.RESULT.USER]["id"], "name": "ada.l", "displayName": "Ada L."}
    manage.update_user_info(last[CredentialManagement.RESULT.CREDENTIAL_ID], user)
    manage.delete_cred(listed[0][CredentialManagement.RESULT.CREDENTIAL_ID])
    listed = manager().enumerate_creds(rps[0][CredentialManagement.RESULT.RP_ID_HASH])
    seen["after"] = [it[CredentialManagement.RESULT.USER]["name"] for it in listed]
    return seen


def settings(device):
    ctap = Ctap2(device)

    def config():
        pin = ClientPin(ctap)
        token = pin.get_pin_token("1234", ClientPin.PERMISSION.AUTHENTICATOR_CFG)
        return Config(ctap, pin.protocol, token)

    config().toggle_always_uv()
    seen = {"always": Ctap2(device).info.options["alwaysUv"]}
    config().set_min_pin_length(min_pin_length=6, rp_ids=["example.org"])
    info = Ctap2(device).info
    seen["length"], seen["force"] = info.min_pin_length, info.force_pin_change
    seen["token"] = refused(config)
    return seen


def framing(device):
    """What the transport itself does."""
    echoed = bytes(range(256)) * 29
    return {
        "version": device.version,
        "capabilities": int(device.capabilities),
        "sizes": [device.descriptor.report_size_in, device.descriptor.report_size_out],
        "echoed": device.ping(echoed) == echoed,
        "wink": refused(device.wink),
        "ctap1": refused(lambda: device.call(CTAPHID.MSG, b"\0\3\0\0\0")),
    }


def main():
    wire = Wire()
    device = HidDevice(wire, websafe_decode(sys.argv[1])) if len(sys.argv) > 1 else PlainDevice(wire)
    info = Ctap2(device).info
    seen = {"versions": info.versions, "protocols": info.pin_uv_protocols}
    seen["transports"] = info.transports
    if isinstance(device, HidDevice):
        seen["framing"] = framing(device)
    seen["pins"] = []
    for protocol in (PinProtocolV1(), PinProtocolV2()):
        seen["pins"].append(pins(device, protocol))
        device.power_cycle()
    ClientPin(Ctap2(device)).set_pin("1234")
    seen["ceremonies"] = ceremonies(device)
    seen["management"] = management(device)
    seen["blobs"] = len(LargeBlobs(Ctap2(device)).read_blob_array())
    seen["settings"] = settings(device)
    print(json.dumps(seen, default=lambda it: it.decode("latin-1") if isinstance(it, bytes) else str(it)))


main()
