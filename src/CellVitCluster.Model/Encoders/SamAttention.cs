using CellVitCluster.Model.Decoders;
using CellVitCluster.Model.Products;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Multi-head self-attention on windows or the whole map, with a bias that depends on the vertical and on the horizontal distance of two
/// tokens. The bias of a whole map would be larger than all weights (67 MB per head at 64 × 64 tokens), so the library is given pieces
/// that fit the processor's cache; our own attention adds it on the fly. Source: spec/model.md §3.3.
/// </summary>
internal sealed class SamAttention : Module<Tensor, Tensor>, IPreparable
{
    /// <summary>Queries per piece: enough for full speed of the products.</summary>
    private const long QueriesPerStep = 512;

    /// <summary>Elements of the bias made at once on a CPU, and where memory is fast and starting work is slow.</summary>
    private const long CpuBias = 1L << 21, GpuBias = 1L << 26;

    private readonly int _heads;
    private readonly bool _isGlobal;
    private int? _ownThreads;
    private readonly RelativePositions _vertical = new();
    private readonly RelativePositions _horizontal = new();
    private readonly TokenLinear _project;
    private readonly TokenLinear _join;
    private readonly Linear qkv;
    private readonly Linear proj;
    private readonly Parameter rel_pos_h;
    private readonly Parameter rel_pos_w;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of a token.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="side">Side of the map that the tables of relative positions were made for.</param>
    /// <param name="isGlobal">Whether every token sees the whole map instead of its window.</param>
    public SamAttention(int width, int heads, int side, bool isGlobal)
        : base(nameof(SamAttention))
    {
        _heads = heads;
        _isGlobal = isGlobal;
        qkv = Linear(width, 3 * width);
        proj = Linear(width, width);
        rel_pos_h = Parameter(zeros((2 * side) - 1, width / heads));
        rel_pos_w = Parameter(zeros((2 * side) - 1, width / heads));
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
    public override Tensor forward(Tensor x)                                                  // [B, T, T, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = _project.Forward(x);                                                    // [B, T, T, 3·D]
        Tensor attended = _isGlobal
            ? Attend(projected)
            : SamWindows.Join(Attend(SamWindows.Partition(projected, qkv.bias!)), x.shape[0], x.shape[1], x.shape[2]);
        return scope.MoveToOuter(_join.Forward(attended));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _project.Dispose();
            _join.Dispose();
            _vertical.Dispose();
            _horizontal.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Attend(Tensor projected)                                                   // [b, h, w, 3·D] → [b, h, w, D]
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width, long features) = (projected.shape[0], projected.shape[1], projected.shape[2], projected.shape[3] / 3);
        Tensor tokens = projected.reshape(batch, height * width, 3, _heads, features / _heads);
        Tensor parts = tokens.permute(2, 0, 3, 1, 4);
        (Tensor query, Tensor key, Tensor value) = (parts[0], parts[1], parts[2]);            // [b, heads, h·w, d] each
        (Tensor vertical, Tensor horizontal) = Biases(query, height, width);
        if (_ownThreads is int threads && projected.device_type == DeviceType.CPU)
        {
            return scope.MoveToOuter(TokenAttention.Forward(tokens, vertical, horizontal, threads).reshape(batch, height, width, features));
        }

        Tensor attended = empty([batch, height * width, _heads, features / _heads], projected.dtype, projected.device);
        long rows = Math.Clamp(QueriesPerStep / width, 1, height);
        long heads = (projected.device_type == DeviceType.CPU ? CpuBias : GpuBias) / (batch * rows * width * height * width);
        heads = Math.Clamp(heads, 1, _heads);
        for (long head = 0; head < _heads; head += heads)
        {
            for (long row = 0; row < height; row += rows)
            {
                using DisposeScope step = NewDisposeScope();
                (long headCount, long rowCount) = (Math.Min(heads, _heads - head), Math.Min(rows, height - row));
                (long first, long count) = (row * width, rowCount * width);
                Tensor bias = (Piece(vertical).unsqueeze(-1) + Piece(horizontal).unsqueeze(-2)).reshape(batch, headCount, count, height * width);
                Tensor piece = functional.scaled_dot_product_attention(
                    Heads(query).narrow(2, first, count), Heads(key), Heads(value), bias);    // [b, headCount, count, d]
                attended.narrow(1, first, count).narrow(2, head, headCount).copy_(piece.transpose(1, 2));

                Tensor Heads(Tensor all) => all.narrow(1, head, headCount);
                Tensor Piece(Tensor all) => Heads(all).narrow(2, row, rowCount);
            }
        }

        return scope.MoveToOuter(attended.reshape(batch, height, width, features));
    }

    /// <summary>What each query, not scaled, says to the rows and to the columns of the map.</summary>
    /// <returns><c>[b, heads, h, w, key row]</c> and <c>[b, heads, h, w, key column]</c>.</returns>
    private (Tensor Vertical, Tensor Horizontal) Biases(Tensor query, long height, long width)
    {
        (long batch, long perHead) = (query.shape[0], query.shape[3]);
        Tensor map = query.reshape(batch * _heads, height, width, perHead);
        Tensor rows = _vertical.For(rel_pos_h, height);                                       // [h, d, h]
        Tensor columns = _horizontal.For(rel_pos_w, width);                                   // [w, d, w]
        Tensor vertical = map.transpose(0, 1).reshape(height, -1, perHead).bmm(rows)          // [h, b·heads·w, key row]
            .reshape(height, batch, _heads, width, height).permute(1, 2, 0, 3, 4);
        Tensor horizontal = map.permute(2, 0, 1, 3).reshape(width, -1, perHead).bmm(columns)  // [w, b·heads·h, key column]
            .reshape(width, batch, _heads, height, width).permute(1, 2, 3, 0, 4);
        return (vertical, horizontal);
    }
}
