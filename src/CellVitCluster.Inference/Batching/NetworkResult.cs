using CellVitCluster.Detection;

namespace CellVitCluster.Inference.Batching;

/// <summary>
/// What the network says about one image, in plain arrays. The arrays come from a pool and go back on <see cref="Dispose"/>; nothing made
/// from them may be used afterwards.
/// </summary>
public sealed class NetworkResult : IDisposable
{
    private NetworkMaps? _maps;
    private TokenMap? _tokens;

    internal NetworkResult(NetworkMaps maps, TokenMap tokens)
    {
        _maps = maps;
        _tokens = tokens;
    }

    /// <summary>Maps at pixel resolution.</summary>
    /// <exception cref="ObjectDisposedException">The result was disposed.</exception>
    public NetworkMaps Maps => _maps ?? throw new ObjectDisposedException(nameof(NetworkResult));

    /// <summary>Tokens at patch resolution.</summary>
    /// <exception cref="ObjectDisposedException">The result was disposed.</exception>
    public TokenMap Tokens => _tokens ?? throw new ObjectDisposedException(nameof(NetworkResult));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _maps, null) is not { } maps || Interlocked.Exchange(ref _tokens, null) is not { } tokens)
        {
            return;
        }

        ExactArrays.Return(maps.Nucleus);
        ExactArrays.Return(maps.Class);
        ExactArrays.Return(maps.Horizontal);
        ExactArrays.Return(maps.Vertical);
        ExactArrays.Return(maps.NucleusProbability);
        foreach (byte[] plane in maps.ClassProbability ?? [])
        {
            ExactArrays.Return(plane);
        }

        ExactArrays.Return(tokens.Values);
    }
}
