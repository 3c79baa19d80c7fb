using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>
/// The network between nodes on loopback: every node is reached through a door of its own, at which traffic can be cut (a black hole, not
/// a refusal: bytes wait and arrive late, when the cut is healed), delayed, and messages of the product doubled. Thread-safe.
/// </summary>
public sealed class FaultyNetwork : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<int, byte> _isolated = new();
    private readonly ConcurrentBag<TcpListener> _doors = [];
    private readonly ConcurrentBag<Task> _traffic = [];
    private readonly Random _random;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _doubled;
    private long _delayTicks;
    private double _doubledShare;

    /// <summary>Creates the network.</summary>
    /// <param name="seed">Decides which messages are doubled.</param>
    public FaultyNetwork(int seed) => _random = new Random(seed);

    /// <summary>Share of the product's messages, 0 … 1, that arrive twice.</summary>
    public double DoubledShare
    {
        get => Volatile.Read(ref _doubledShare);
        set => Volatile.Write(ref _doubledShare, value);
    }

    /// <summary>How much later everything arrives.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Messages doubled so far.</summary>
    public long Doubled => Interlocked.Read(ref _doubled);

    /// <summary>Opens the door of a node.</summary>
    /// <param name="port">Port on loopback that the node listens on.</param>
    /// <returns>Port by which others reach it.</returns>
    public int OpenDoor(int port)
    {
        var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start();
        _doors.Add(door);
        int publicPort = ((IPEndPoint)door.LocalEndpoint).Port;
        _traffic.Add(AcceptAsync(door, publicPort, port));
        return publicPort;
    }

    /// <summary>Nothing goes from or to this node (its public port) any more.</summary>
    public void Isolate(int publicPort) => _isolated[publicPort] = 0;

    /// <summary>Ends the isolation of a node; what waited arrives now.</summary>
    public void Heal(int publicPort)
    {
        _isolated.TryRemove(publicPort, out _);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        foreach (TcpListener door in _doors)
        {
            door.Dispose();
        }

        await Task.WhenAll(_traffic);
        _closing.Dispose();
    }

    private async Task AcceptAsync(TcpListener door, int publicPort, int port)
    {
        try
        {
            while (true)
            {
                TcpClient caller = await door.AcceptTcpClientAsync(_closing.Token);
                _traffic.Add(ConnectAsync(caller, publicPort, port));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The door is closed.
        }
    }

    private async Task ConnectAsync(TcpClient caller, int publicPort, int port)
    {
        using (caller)
        using (var node = new TcpClient { NoDelay = true })
        using (var closing = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token))
        {
            caller.NoDelay = true;
            try
            {
                NetworkStream inward = caller.GetStream();
                if (await RemoteFrame.ReadAsync(inward, closing.Token) is not byte[] first)
                {
                    return;
                }

                var ends = new Ends(publicPort, RemoteFrame.OriginPort(first) ?? 0);
                await PassableAsync(ends, closing.Token);
                await node.ConnectAsync(IPAddress.Loopback, port, closing.Token);
                NetworkStream outward = node.GetStream();
                await outward.WriteAsync(first, closing.Token);
                Task[] ways = [CarryAsync(inward, outward, ends, closing.Token), CarryAsync(outward, inward, ends, closing.Token)];
                await Task.WhenAny(ways);
                await closing.CancelAsync();
                await Task.WhenAll(ways);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or InvalidDataException or ObjectDisposedException)
            {
                // One end is gone; the other notices when its side closes.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, Ends ends, CancellationToken cancellation)
    {
        try
        {
            while (await RemoteFrame.ReadAsync(from, cancellation) is byte[] frame)
            {
                if (Delay is { Ticks: > 0 } delay)
                {
                    await Task.Delay(delay, cancellation);
                }

                await PassableAsync(ends, cancellation);
                await to.WriteAsync(frame, cancellation);
                if (DoubledShare > 0 && RemoteFrame.IsProductMessage(frame) && Draw() < DoubledShare)
                {
                    Interlocked.Increment(ref _doubled);
                    await to.WriteAsync(frame, cancellation);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or InvalidDataException or ObjectDisposedException)
        {
            // See ConnectAsync.
        }
    }

    private double Draw()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }

    private async Task PassableAsync(Ends ends, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed = _changed.Task;
            if (!_isolated.ContainsKey(ends.Door) && !_isolated.ContainsKey(ends.Caller))
            {
                return;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Public ports of the two nodes of a connection.</summary>
    private readonly record struct Ends(int Door, int Caller);
}
