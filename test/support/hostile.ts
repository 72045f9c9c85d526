import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel, type Session } from 'ssh2';

/** A server that does its worst, on a port of the loopback interface. */
export interface Hostile {
  readonly port: number;
  readonly stop: () => void;
}

const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;

/** A TCP server that treats each connection in its own way. */
async function raw(treat: (socket: Socket) => void): Promise<Hostile> {
  return listening(
    // Our end stays open when the other one closes.
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      treat(socket);
    }),
  );
}

async function listening(server: NetServer): Promise<Hostile> {
  const sockets = new Set<Socket | Connection>();
  server.on('connection', (socket: Socket | Connection) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const each of sockets)
        if ('destroy' in each) each.destroy();
        else each.end();
    },
  };
}

/** An SSH server; what it does not do here, it leaves unanswered. */
function ssh(treat: (client: Connection) => void): Promise<Hostile> {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    treat(client);
  });
  return listening(server);
}

/** One that lets everybody in. */
function open(treat: (client: Connection) => void): Promise<Hostile> {
  return ssh((client) => {
    client.on('authentication', (context) => context.accept());
    treat(client);
  });
}

function onSession(treat: (session: Session) => void): Promise<Hostile> {
  return open((client) => client.on('session', (accept) => treat(accept())));
}

function onCommand(treat: (channel: ServerChannel) => void): Promise<Hostile> {
  return onSession((session) => {
    session.on('exec', (accept) => {
      const channel = accept();
      channel.on('error', () => {});
      treat(channel);
    });
  });
}

/** Writes again and again until the other side is gone. */
function forever(milliseconds: number, write: () => void): void {
  const timer = setInterval(write, milliseconds);
  timer.unref();
}

function flood(stream: NodeJS.WritableStream, size: number): void {
  const some = Buffer.alloc(size, 'x');
  const more = (): void => {
    let room = true;
    while (room && stream.writable) room = stream.write(some);
  };
  stream.on('drain', more);
  more();
}

/** Every way in which a server can hold us up, by name. */
export const hostile: Readonly<Record<string, () => Promise<Hostile>>> = {
  'says nothing': () => raw(() => {}),
  'drips a greeting': () => raw((socket) => forever(50, () => socket.write('x'))),
  'closes each connection': () => raw((socket) => socket.end()),
  'greets and closes': () => raw((socket) => socket.end('SSH-2.0-hostile\r\n')),
  'exchanges no keys': () => raw((socket) => socket.write('SSH-2.0-hostile\r\n')),
  'answers no login': () => ssh((client) => client.on('authentication', () => {})),
  'asks for a password again and again': () =>
    ssh((client) =>
      client.on('authentication', (context) => context.reject(['keyboard-interactive', 'password'], true)),
    ),
  'opens no session': () => open((client) => client.on('session', () => {})),
  'refuses sessions': () =>
    open((client) =>
      client.on('session', (_accept, reject) => {
        reject();
      }),
    ),
  'runs no command': () => onSession((session) => session.on('exec', () => {})),
  'refuses commands': () =>
    onSession((session) =>
      session.on('exec', (_accept, reject) => {
        reject();
      }),
    ),
  'gives no answer': () => onCommand(() => {}),
  'drips an answer': () => onCommand((channel) => forever(100, () => channel.write('x'))),
  'drips errors': () => onCommand((channel) => forever(100, () => channel.stderr.write('x'))),
  'floods with output': () => onCommand((channel) => flood(channel, 16_384)),
  'floods with errors': () => onCommand((channel) => flood(channel.stderr, 16_384)),
  'breaks off': () =>
    open((client) =>
      client.on('session', (accept) =>
        accept().on('exec', (run) => {
          run().write('half of an ans', () => client.end());
        }),
      ),
    ),
  'does not close the session': () =>
    onCommand((channel) => {
      channel.write('whole');
      channel.exit(0);
    }),
  'forwards nothing': () => open((client) => client.on('tcpip', () => {})),
};
