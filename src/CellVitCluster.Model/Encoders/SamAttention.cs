using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>
/// Multi-head self-attention on windows or the whole map, with a bias that depends on the vertical and on the horizontal distance of two
/// tokens. Source: spec/model.md §3.3.
/// </summary>
internal sealed class SamAttention : Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly bool _isGlobal;
    private readonly RelativePositions _vertical = new();
    private readonly RelativePositions _horizontal = new();
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
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)                                                  // [B, T, T, D]
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = qkv.forward(x);                                                    // [B, T, T, 3·D]
        Tensor attended = _isGlobal
            ? Attend(projected)
            : SamWindows.Join(Attend(SamWindows.Partition(projected, qkv.bias!)), x.shape[0], x.shape[1], x.shape[2]);
        return scope.MoveToOuter(proj.forward(attended));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _vertical.Dispose();
            _horizontal.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Attend(Tensor projected)                                                   // [b, h, w, 3·D] → [b, h, w, D]
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long height, long width, long features) = (projected.shape[0], projected.shape[1], projected.shape[2], projected.shape[3] / 3);
        long perHead = features / _heads;
        Tensor parts = projected.reshape(batch, height * width, 3, _heads, perHead).permute(2, 0, 3, 1, 4);
        Tensor query = parts[0].reshape(batch * _heads, height, width, perHead);              // [b·heads, h, w, d]
        Tensor rows = _vertical.For(rel_pos_h, height);                                       // [h, d, h]
        Tensor columns = _horizontal.For(rel_pos_w, width);                                   // [w, d, w]
        Tensor vertical = query.transpose(0, 1).reshape(height, -1, perHead).bmm(rows)        // [h, b·heads·w, h]
            .reshape(height, batch * _heads, width, height).transpose(0, 1);                  // [b·heads, h, w, key row]
        Tensor horizontal = query.permute(2, 0, 1, 3).reshape(width, -1, perHead).bmm(columns)
            .reshape(width, batch * _heads, height, width).permute(1, 2, 0, 3);               // [b·heads, h, w, key column]
        Tensor bias = (vertical.unsqueeze(-1) + horizontal.unsqueeze(-2))
            .reshape(batch, _heads, height * width, height * width);
        return scope.MoveToOuter(functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias)
            .transpose(1, 2).reshape(batch, height, width, features));
    }
}
