/** What each endpoint of the development server does with a message. */
import type { Behaviour } from './node/behaviour.ts';

export const behaviours: Readonly<Record<string, Behaviour>> = {
  '/': {
    message: (socket) => {
      socket.send('def');
    },
  },
  '/echo': {
    message: (socket, message) => {
      socket.send(message);
    },
  },
};
