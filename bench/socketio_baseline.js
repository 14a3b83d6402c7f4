// A baseline of the fan-out figure: a socket.io broadcast. `node socketio_baseline.js PORT`, with NODE_PATH set.
const { Server } = require("socket.io");

const http = require("node:http").createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => socket.on("say", (content) => io.emit("said", content)));
http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
