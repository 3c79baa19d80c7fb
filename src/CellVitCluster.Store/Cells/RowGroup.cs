using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Cells;

/// <summary>One row group of <c>cells.parquet</c>, from its statistics.</summary>
/// <param name="Index">Number of the row group.</param>
/// <param name="FirstRow">Row of the store at which it begins.</param>
/// <param name="Rows">Number of cells.</param>
/// <param name="FirstId">Smallest id.</param>
/// <param name="LastId">Largest id.</param>
/// <param name="Bounds">Smallest rectangle around its outlines, level-0 px.</param>
internal sealed record RowGroup(int Index, long FirstRow, int Rows, CellId FirstId, CellId LastId, SlideRect Bounds);
