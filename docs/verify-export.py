#!/usr/bin/env python3
"""Verifies what `ratchet log --export FILE` wrote, with the standard library alone and none of Ratchet's code.

    verify-export.py FILE --key 'ratchet/1c..+4fd0..+AS..'      a key that you know to be right (`ratchet keys show`)
    verify-export.py FILE                                       whether it agrees with itself, which a forger sees to as well

Exit status: 0 intact and signed by the given key, or by one that it vouches for; 1 broken, with the line; 2 usage;
3 nothing is wrong, and nothing is proven either: nobody signed it, or no key was given.

Each line is the one JSON text of its value, so it is made again and compared byte by byte: a member twice, white space, another order, or anything behind the value is found
by that. Then: the hash of every event over its text, every link to the one before, every leaf (RFC 6962, section 2.1), the root, the signed checkpoint (C2SP tlog-checkpoint
and signed-note), and that each key was introduced by the journal and endorsed by the one before it.
"""

import argparse
import base64
import hashlib
import json
import re
import sys


class Broken(Exception):
    pass


# ---- Ed25519 (RFC 8032, section 5.1), verification only

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P != 0 or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def compress(point):
    inverse = pow(point[2], P - 2, P)
    return (point[1] * inverse % P | (point[0] * inverse % P & 1) << 255).to_bytes(32, 'little')


BASE = decompress(bytes.fromhex('5866666666666666666666666666666666666666666666666666666666666666'))


def is_signature(public, message, signature):
    point = decompress(public)
    s = int.from_bytes(signature[32:], 'little')
    # A point of small order verifies what nobody signed.
    if point is None or s >= ORDER or compress(multiply(8, point)) == compress((0, 1, 1, 0)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), 'little') % ORDER
    negative = (P - point[0], point[1], point[2], P - point[3])
    return compress(add(multiply(s, BASE), multiply(k, negative))) == signature[:32]


# ---- signed notes

def decode64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def read_key(text):
    """Name and public key of NAME+ID+BASE64."""
    match = re.fullmatch(r'([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})', text)
    data = decode64(match.group(3)) if match else None
    if data is None or len(data) != 33 or data[0] != 1:
        return None
    return (match.group(1), data[1:]) if key_id(match.group(1), data[1:]).hex() == match.group(2) else None


def key_id(name, public):
    return hashlib.sha256(name.encode() + b'\n\x01' + public).digest()[:4]


def signed_text(note, key):
    """The text of a note that the key signed; None where it did not."""
    name, public = key
    end = note.rfind('\n\n')
    if end < 0 or not note.endswith('\n') or re.search(r'[\x00-\x09\x0b-\x1f]', note):
        return None
    text, signed = note[:end + 1], False
    for line in note[end + 2:-1].split('\n'):
        match = re.fullmatch(r'— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})', line)
        data = decode64(match.group(2)) if match else None
        if data is None:
            return None
        if match.group(1) != name or data[:4] != key_id(name, public):
            continue
        if len(data) != 68 or not is_signature(public, text.encode(), data[4:]):
            return None
        signed = True
    return text if signed else None


# ---- JSON, strictly

def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise Broken('the member %s is there twice' % json.dumps(next(name for name in names if names.count(name) > 1)))
    return members


def refuse_number(text):
    raise Broken('%s is no JSON' % text)


def parse(text, what):
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse_number)
    except (ValueError, RecursionError) as error:
        raise Broken('%s is not JSON: %s' % (what, error)) from error


def written(value):
    """As ECMAScript's JSON.stringify writes strings, whole numbers, null, lists and objects."""
    text = json.dumps(value, ensure_ascii=False, separators=(',', ':'))
    return re.sub('[\ud800-\udfff]', lambda lone: '\\u%04x' % ord(lone.group()), text)


def is_digest(value):
    return isinstance(value, str) and re.fullmatch('[0-9a-f]{64}', value) is not None


def members(value, *names):
    if not isinstance(value, dict) or list(value) != list(names):
        raise Broken('it has not the members %s' % ', '.join(names))


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


# ---- the audit

class Tree:
    """Right edge of a Merkle tree: hashes of its complete subtrees."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def append(self, leaf):
        rest = self.size
        while rest % 2 == 1:
            leaf, rest = hashlib.sha256(b'\x01' + self.peaks.pop() + leaf).digest(), rest // 2
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b'').digest()
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = hashlib.sha256(b'\x01' + peak + result).digest()
        return result


class Audit:
    def __init__(self, trusted):
        self.trusted = trusted
        self.origin = None
        self.previous = '0' * 64
        self.tree = Tree()
        # Of each key: text, (name, public key), event, whether the one before endorsed it.
        self.keys = []
        self.end = None

    def take(self, value):
        if self.end is not None:
            raise Broken('something follows the last line')
        if self.origin is None:
            self.header(value)
        elif isinstance(value, dict) and 'events' in value:
            self.last(value)
        else:
            self.event(value)

    def header(self, value):
        members(value, 'format', 'version', 'origin')
        if value['format'] != 'ratchet-audit' or not is_number(value['version']) or value['version'] != 1:
            raise Broken('it is no audit of a version that this program knows')
        if not isinstance(value['origin'], str):
            raise Broken('its origin is no name')
        self.origin = value['origin']

    def event(self, value):
        members(value, 'index', 'leaf', 'sequence', 'schemaVersion', 'at', 'kind', 'previous', 'body', 'hash')
        sequence, at, kind, body, digest = (value[name] for name in ('sequence', 'at', 'kind', 'body', 'hash'))
        if not is_number(value['index']) or value['index'] != self.tree.size or not is_number(sequence) or sequence != self.tree.size + 1:
            raise Broken('event %d was expected here' % (self.tree.size + 1))
        if not is_number(value['schemaVersion']) or value['schemaVersion'] != 1:
            raise Broken('this program does not know its schema version')
        if not all(isinstance(text, str) for text in (at, kind, body)) or not is_digest(digest):
            raise Broken('it is malformed')
        if value['previous'] != self.previous:
            raise Broken('event %d does not follow from the one before it' % sequence)
        if hashlib.sha256(written([sequence, 1, at, kind, self.previous, body]).encode()).hexdigest() != digest:
            raise Broken('event %d is not what its hash was made of' % sequence)
        held = parse(body, 'the body of event %d' % sequence)
        if not isinstance(held, dict):
            raise Broken('the body of event %d is no object' % sequence)
        entry = written({'at': at, 'hash': digest, 'kind': kind, 'sequence': sequence}).encode()
        leaf = hashlib.sha256(b'\x00' + entry).digest()
        if value['leaf'] != leaf.hex():
            raise Broken('the leaf of event %d is another one' % sequence)
        if sequence == 1 and self.origin != 'ratchet/' + digest[:16]:
            raise Broken('the header names %s, and event 1 is of ratchet/%s' % (json.dumps(self.origin), digest[:16]))
        if kind == 'key-introduced':
            self.introduce(held, sequence)
        self.tree.append(leaf)
        self.previous = digest

    def introduce(self, body, sequence):
        key, endorsement = body.get('key'), body.get('endorsement')
        found = read_key(key) if isinstance(key, str) else None
        if found is None or found[0] != self.origin or not (endorsement is None or isinstance(endorsement, str)):
            raise Broken('event %d introduces no key of this log' % sequence)
        if any(text == key for text, _, _, _ in self.keys):
            raise Broken('event %d introduces a key that was introduced before' % sequence)
        if endorsement is not None and (not self.keys or signed_text(endorsement, self.keys[-1][1]) != 'ratchet-key-endorsement\n%s\n' % key):
            raise Broken('event %d holds an endorsement that the key before did not sign' % sequence)
        self.keys.append((key, found, sequence, endorsement is not None))

    def last(self, value):
        members(value, 'events', 'root', 'keys', 'checkpoint')
        if self.tree.size == 0:
            raise Broken('it holds no event')
        root = base64.b64encode(self.tree.root()).decode()
        if not is_number(value['events']) or value['events'] != self.tree.size:
            raise Broken('it says %s events, and there are %d' % (json.dumps(value['events']), self.tree.size))
        if value['root'] != root:
            raise Broken('the root over the events is another one')
        if value['keys'] != [{'key': text, 'sequence': sequence} for text, _, sequence, _ in self.keys]:
            raise Broken('the keys are not those that the events introduce')
        if value['checkpoint'] is not None:
            self.checkpoint(value['checkpoint'], root)
        self.end = value

    def checkpoint(self, note, root):
        if not isinstance(note, str) or not self.keys:
            raise Broken('it is signed by no key that the events introduce')
        text = signed_text(note, self.keys[-1][1])
        if text is None:
            raise Broken('the checkpoint was not signed by the key of event %d' % self.keys[-1][2])
        if text.split('\n')[:3] != [self.origin, str(self.tree.size), root]:
            raise Broken('the checkpoint was signed for something else than these events')
        if self.trusted is not None and not self.is_vouched():
            raise Broken('the key that signed it is not the one that you trust, nor one that it vouches for')

    def is_vouched(self):
        at = next((index for index, (text, _, _, _) in enumerate(self.keys) if text == self.trusted), None)
        return at is not None and all(endorsed for _, _, _, endorsed in self.keys[at + 1:])


def lines_of(file):
    """Lines as bytes without their ends; the last one must have one."""
    for number, line in enumerate(file, 1):
        if not line.endswith(b'\n'):
            raise Broken('line %d: it breaks off' % number)
        yield number, line[:-1]


def verify(file, trusted):
    audit = Audit(trusted)
    number = 0
    for number, line in lines_of(file):
        try:
            try:
                text = line.decode('utf-8')
            except UnicodeDecodeError as error:
                raise Broken('it is not UTF-8') from error
            value = parse(text, 'it')
            if written(value) != text:
                raise Broken('it is not the one text of its value')
            audit.take(value)
        except (Broken, UnicodeError, RecursionError) as broken:
            raise Broken('line %d: %s' % (number, broken)) from broken
    if audit.end is None:
        raise Broken('line %d: the last line, with the checkpoint, is missing: the export breaks off here' % (number + 1))
    return audit


def main():
    parser = argparse.ArgumentParser(description='Verifies an export of a Ratchet journal.')
    parser.add_argument('file', help='what `ratchet log --export` wrote; - is stdin')
    parser.add_argument('--key', help='a public key that you know to be right, or a file with one')
    arguments = parser.parse_args()
    trusted = None
    try:
        if arguments.key is not None:
            trusted = arguments.key
            if read_key(trusted) is None:
                with open(arguments.key, encoding='utf-8') as file:
                    trusted = file.read().strip()
            if read_key(trusted) is None:
                raise OSError('%s holds no public key' % arguments.key)
        with open(0 if arguments.file == '-' else arguments.file, 'rb') as file:
            audit = verify(file, trusted)
    except Broken as broken:
        print('broken  %s' % broken)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print('verify-export: %s' % error, file=sys.stderr)
        return 2
    held = '%d events of %s, head %s' % (audit.tree.size, audit.origin, audit.previous)
    if audit.end['checkpoint'] is None:
        print('UNPROVEN  %s: it agrees with itself, and nobody signed it' % held)
        return 3
    if trusted is None:
        print('UNPROVEN  %s: it agrees with itself and with the key %s, which it names itself; give --key with one that you know' % (held, audit.keys[-1][0]))
        return 3
    print('intact  %s, signed by %s' % (held, audit.keys[-1][0]))
    return 0


if __name__ == '__main__':
    sys.exit(main())
