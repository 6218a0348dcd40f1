"""Writes texts as JSON, without the addresses of objects: where something lies in memory is nobody's behaviour."""
import hashlib
import re

_str, _len, _encode, _sha256 = str, len, str.encode, hashlib.sha256
_qualname = type.__dict__["__qualname__"].__get__
_escape = re.compile(r'[\x00-\x1f"\\\x7f-\U0010ffff]')
_address = re.compile(r"0x[0-9a-fA-F]{6,}")
_object_address = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_substitute, _without_object_addresses, _contains = _escape.sub, _object_address.sub, str.__contains__


def _escaped(match):
    character = match.group()
    known = _short.get(character)
    if known is not None:
        return known
    point = ord(character)
    if point > 0xFFFF:
        point -= 0x10000
        return "\\u%04x\\u%04x" % (0xD800 + (point >> 10), 0xDC00 + (point & 0x3FF))
    return "\\u%04x" % point


def text(value):
    """A JSON string in ASCII; lone surrogates survive, and where an object lies in memory is nobody's behaviour."""
    plain = _str.__str__(value)
    if _contains(plain, "at 0x"):
        plain = _without_object_addresses("at 0x", plain)
    return '"' + _substitute(_escaped, plain) + '"'


def digest(value):
    """Stands for a text that is too long to be written character by character."""
    return '{"$":"digest","sha256":"%s","length":%d}' % (_sha256(_encode(value, "utf-8", "surrogatepass")).hexdigest(), _len(value))


def type_name(kind):
    return _str.__str__(_qualname(kind))


def without_addresses(message):
    return _address.sub("0x", message)
