using CellVitCluster.Model.Decoders;
using CellVitCluster.Model.Products;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>Multi-head self-attention over all tokens, fused so that the score matrix never exists. Source: spec/model.md §3.2.</summary>
internal sealed class Attention : Module<Tensor, Tensor>, IPreparable
{
    private readonly int _heads;
    private int? _ownThreads;
    private readonly TokenLinear _project;
    private readonly TokenLinear _join;
    private readonly Linear qkv;
    private readonly Linear proj;

    public Attention(int width, int heads)
        : base(nameof(Attention))
    {
        _heads = heads;
        qkv = Linear(width, 3 * width);
        proj = Linear(width, width);
        _project = new TokenLinear(qkv);
        _join = new TokenLinear(proj);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public void Prepare(PreparationOptions options)
    {
        _ownThreads = options.PrefersOwnProducts && TokenAttention.IsSupported ? options.Threads : null;
        _project.Prepare(options);
        _join.Prepare(options);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, N, D]
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long count, long width) = (x.shape[0], x.shape[1], x.shape[2]);
        Tensor projected = _project.Forward(x).reshape(batch, count, 3, _heads, width / _heads);
        Tensor joined = _ownThreads is int threads && projected.device_type == DeviceType.CPU
            ? TokenAttention.Forward(projected, threads)
            : FromLibrary(projected);                                                         // [B, N, D]
        return scope.MoveToOuter(_join.Forward(joined));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _project.Dispose();
            _join.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Tensor FromLibrary(Tensor projected)
    {
        (long batch, long count) = (projected.shape[0], projected.shape[1]);
        Tensor heads = projected.permute(2, 0, 3, 1, 4);                                      // [3, B, heads, N, D/heads]
        Tensor attended = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2]);
        return attended.transpose(1, 2).reshape(batch, count, -1);
    }
}
