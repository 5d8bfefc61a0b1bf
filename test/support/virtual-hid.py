# A virtual USB hub with HID POS scanners, by umockdev. Runs the command in its arguments inside the test bed.
# Standard input, a line each: "plug SERIAL", "unplug SERIAL", "report SERIAL HEX" (several HEX: one after another), "quit".
# Standard output of its own: nothing; the child's lines pass through. Each command is answered on fd 3 by "ok".
import fcntl, os, select, struct, subprocess, sys, time
import gi
gi.require_version('UMockdev', '1.0')
from gi.repository import UMockdev

# Usage page 0x8C, usage 2: input report 1 of 64 bytes, as real HID POS scanners describe themselves.
DESCRIPTOR = '058C0902A1018501150026FF0075089540090281028502150026FF007508953F09049102C0'
# A keyboard: usage page 1, usage 6.
KEYBOARD = '05010906A101050719E029E71500250175019508810295017508810195067508150025650507190029658100C0'

bed = UMockdev.Testbed.new()
answers = os.fdopen(3, 'w')
plugged = {}
count = 0

def text(number, serial, descriptor):
    usb = f'/devices/pci0000:00/0000:00:14.0/usb1/1-{number + 2}'
    hid = f'{usb}/1-{number + 2}:1.0/0003:0C2E:0907.{number + 1:04X}'
    raw = f'hidraw{number}'
    return f'/sys{usb}', f'/sys{hid}/hidraw/{raw}', f'''P: {usb}
N: bus/usb/001/{number + 4:03d}
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: PRODUCT=c2e/907/110
A: idVendor=0c2e
A: idProduct=0907
A: bcdDevice=0110
A: manufacturer=Honeywell
A: product=Voyager 1450g
A: serial={serial}

P: {usb}/1-{number + 2}:1.0
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
A: bInterfaceNumber=00

P: {hid}
E: SUBSYSTEM=hid
E: HID_ID=0003:00000C2E:00000907
E: HID_NAME=Honeywell Voyager 1450g
E: HID_PHYS=usb-0000:00:14.0-{number + 2}/input0
E: HID_UNIQ={serial}
H: report_descriptor={descriptor}

P: {hid}/hidraw/{raw}
N: {raw}
E: DEVNAME=/dev/{raw}
E: SUBSYSTEM=hidraw
A: dev=241:{number}
E: MAJOR=241
E: MINOR={number}
L: device=../../../0003:0C2E:0907.{number + 1:04X}
'''

def far_end(fd):
    TIOCGPTN = 0x80045430
    return '/dev/pts/%d' % struct.unpack('i', fcntl.ioctl(fd, TIOCGPTN, b'\0\0\0\0'))

def plug(serial, descriptor):
    global count
    usb, sys_path, description = text(count, serial, descriptor)
    size = len(descriptor) // 2
    ioctls = os.path.join(bed.get_root_dir(), f'ioctl-{count}')
    with open(ioctls, 'w') as file:
        length = size.to_bytes(4, 'little').hex().upper()
        file.write(f'@DEV /dev/hidraw{count}\nHIDIOCGRDESCSIZE 0 {length}\nHIDIOCGRDESC 0 {length}{descriptor}\n')
    bed.add_from_string(description)
    bed.load_ioctl(f'/dev/hidraw{count}', ioctls)
    fd = bed.get_dev_fd(f'/dev/hidraw{count}')
    plugged[serial] = (fd, os.open(far_end(fd), os.O_RDWR | os.O_NOCTTY), usb, sys_path)
    count += 1

def unplug(serial):
    fd, far, usb, sys_path = plugged.pop(serial)
    os.close(far)
    os.close(fd)
    # umockdev forgets to let go of the pseudo terminal behind the device.
    for folder, _, files in os.walk(bed.get_root_dir() + '/dev/.ptymap'):
        for name in files:
            os.unlink(os.path.join(folder, name))
    bed.uevent(sys_path, 'remove')
    bed.remove_device(usb)

def send(fd, far, reports):
    for report in reports:
        os.write(fd, bytes.fromhex(report))
        # A real device keeps reports apart, the pseudo terminal does not: wait until this one was read.
        while select.select([far], [], [], 0)[0]:
            time.sleep(0.0002)

def answer():
    answers.write('ok\n')
    answers.flush()

child = subprocess.Popen(
    sys.argv[1:],
    env=dict(os.environ, UMOCKDEV_DIR=bed.get_root_dir()),
    stdin=subprocess.DEVNULL,
)
try:
    for line in sys.stdin:
        command, *rest = line.split()
        if command == 'plug':
            plug(rest[0], DESCRIPTOR)
        elif command == 'plug-keyboard':
            plug(rest[0], KEYBOARD)
        elif command == 'unplug':
            unplug(rest[0])
        elif command == 'report':
            send(*plugged[rest[0]][:2], rest[1:])
        elif command == 'quit':
            answer()
            break
        answer()
finally:
    child.terminate()
    child.wait(timeout=10)
